import { describe, expect, it } from 'vitest';
import { highlight } from './highlight';
import { grammarsOf, LANGUAGE_COUNT, languageOf } from './languages';

describe('languages', () => {
  it('are at least forty', () => {
    expect(LANGUAGE_COUNT).toBeGreaterThanOrEqual(40);
  });

  it('are known by the names that fences use', () => {
    expect(['py', 'TypeScript', 'sh', 'c++'].map((name) => languageOf(name)?.id)).toEqual([
      'python',
      'typescript',
      'bash',
      'cpp',
    ]);
    expect(languageOf('mermaid')).toBeUndefined();
  });

  it('bring the grammars they contain', () => {
    const html = languageOf('html');
    expect(html && grammarsOf(html).map(({ id }) => id)).toEqual(['xml', 'css', 'javascript']);
  });
});

describe('highlighted code', () => {
  it('has its keywords marked and its text escaped', async () => {
    const python = languageOf('python');
    const html = python && (await highlight('if x < 1: pass', python));
    expect(html).toBe(
      '<span class="hljs-keyword">if</span> x &lt; <span class="hljs-number">1</span>: <span class="hljs-keyword">pass</span>',
    );
  });
});
