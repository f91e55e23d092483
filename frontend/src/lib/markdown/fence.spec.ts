import { expect, it } from 'vitest';
import { fenceOf } from './fence';

it.each([
  ['```python\nx\n```', { mark: '```', isOpen: false, language: 'python' }],
  ['```python', { mark: '```', isOpen: true, language: '' }],
  ['```python\nx', { mark: '```', isOpen: true, language: 'python' }],
  ['````\n```\n', { mark: '````', isOpen: true, language: '' }],
  ['~~~ js title="a"\nx\n~~~~\n', { mark: '~~~', isOpen: false, language: 'js' }],
  ['```{r}\n', { mark: '```', isOpen: true, language: '' }],
  ['    indented', { mark: '', isOpen: false, language: '' }],
])('reads the fence of %j', (raw, fence) => {
  expect(fenceOf(raw)).toEqual(fence);
});
