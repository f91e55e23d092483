import { describe, expect, it } from 'vitest';
import { GRAMMARS, grammarsOf } from './grammars';
import { highlight } from './highlight';
import { LANGUAGE_IDS, languageOf } from './languages';

describe('languages', () => {
  it('are at least forty, each with a grammar', () => {
    expect(LANGUAGE_IDS.length).toBeGreaterThanOrEqual(40);
    expect(Object.keys(GRAMMARS)).toEqual(LANGUAGE_IDS);
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
    expect(grammarsOf('xml')).toEqual(['xml', 'css', 'javascript']);
  });
});

describe('highlighted code', () => {
  it('has its keywords marked and its text escaped', async () => {
    const html = await highlight('if x < 1: pass', 'python');
    expect(html).toBe(
      '<span class="hljs-keyword">if</span> x &lt; <span class="hljs-number">1</span>: <span class="hljs-keyword">pass</span>',
    );
  });
});
