import { expect, it } from 'vitest';
import { fenceOf, fileNameOf } from './fence';
import { languageOf } from './languages';

it.each([
  ['```python\nx\n```', { mark: '```', isOpen: false, language: 'python' }],
  ['```python', { mark: '```', isOpen: true, language: '' }],
  ['```python\nx', { mark: '```', isOpen: true, language: 'python' }],
  ['````\n```\n', { mark: '````', isOpen: true, language: '' }],
  ['~~~ js title="a"\nx\n~~~~\n', { mark: '~~~', isOpen: false, language: 'js' }],
  ['```{r}\n', { mark: '```', isOpen: true, language: '' }],
  ['    indented', { mark: '', isOpen: false, language: '' }],
])('reads the fence of %j', (raw, fence) => {
  expect(fenceOf(raw)).toEqual({ ...fence, file: '' });
});

it.each([
  ['python', 'code.py'],
  ['python title="src/app.py"', 'app.py'],
  ['js:web/main.js', 'main.js'],
  ['yaml compose.yaml', 'compose.yaml'],
  ['dockerfile', 'Dockerfile'],
  ['mermaid', 'diagram.mmd'],
  ['nonsense', 'code.txt'],
  ['', 'code.txt'],
  ['sh title="../../.bashrc"', 'code.sh'],
  ['sh title="a/..\\b.sh"', 'code.sh'],
])('code after the fence %j is saved as %s', (info, name) => {
  const fence = fenceOf(`\`\`\`${info}\nx\n\`\`\``);
  expect(fileNameOf(fence, languageOf(fence.language))).toBe(name);
});
