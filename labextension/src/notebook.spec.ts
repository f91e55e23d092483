import { describe, expect, it } from 'vitest';
import { freePath } from './notebook';

function having(...taken: string[]) {
  return {
    get: (path: string) =>
      taken.includes(path) ? Promise.resolve({} as never) : Promise.reject(new Error('404')),
  };
}

describe('a notebook that is brought to JupyterLab', () => {
  it('has its own name where that is free', async () => {
    expect(await freePath(having(), 'Sums.ipynb')).toBe('Sums.ipynb');
  });

  it('takes no other file’s place', async () => {
    const taken = having('Sums.ipynb', 'Sums 2.ipynb');
    expect(await freePath(taken, 'Sums.ipynb')).toBe('Sums 3.ipynb');
  });
});
