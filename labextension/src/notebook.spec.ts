import { ServerConnection } from '@jupyterlab/services';
import { describe, expect, it } from 'vitest';
import { freePath } from './notebook';

function answered(status: number) {
  return new ServerConnection.ResponseError(new Response(null, { status }));
}

function having(...taken: string[]) {
  return {
    get: (path: string) =>
      taken.includes(path) ? Promise.resolve({} as never) : Promise.reject(answered(404)),
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

  it('is not saved where nobody knows what is there', async () => {
    const get = () => Promise.reject(answered(503));
    await expect(freePath({ get }, 'Sums.ipynb')).rejects.toThrow();
  });
});
