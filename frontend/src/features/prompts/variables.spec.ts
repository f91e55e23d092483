import { describe, expect, it } from 'vitest';
import { fill as fillFrom, valuesKnown, variablesOf } from './variables';

const fill = (content: string, values: Record<string, string>) =>
  fillFrom(content, new Map(Object.entries(values)));
const names = (content: string) => variablesOf(content).map(({ name }) => name);

describe('variablesOf', () => {
  it('finds each once, in their order', () => {
    expect(names('{{b}} and {{ a }} and {{b}}')).toEqual(['b', 'a']);
  });

  it('keeps what stands there unless something else is written', () => {
    expect(variablesOf('{{tone | friendly }} {{to}} {{to|Ada}}')).toEqual([
      { name: 'tone', fallback: 'friendly' },
      { name: 'to', fallback: 'Ada' },
    ]);
  });

  it('takes letters of every script, and spaces inside', () => {
    expect(names('{{konuşma dili}} {{数学}} {{target-language}}')).toEqual([
      'konuşma dili',
      '数学',
      'target-language',
    ]);
  });

  it('leaves alone what only looks like one', () => {
    expect(names('{x} {{}} {{ }} {{a.b}} ${{ github.ref }} {{#if}} \\{{kept}}')).toEqual([]);
  });
});

describe('fill', () => {
  it('puts values in, else what the prompt says', () => {
    const content = 'Translate into {{language|Turkish}}: {{text}}. {{text}}!';
    expect(fill(content, { text: 'Hi' })).toBe('Translate into Turkish: Hi. Hi!');
    expect(fill(content, { text: '', language: 'German' })).toBe('Translate into German: . !');
  });

  it('takes values as they are, whatever they look like', () => {
    expect(fill('{{a}}', { a: '$& {{b}} \\1' })).toBe('$& {{b}} \\1');
  });

  it('takes the backslash off what is to stay', () => {
    expect(fill('\\{{name}} {{name}}', { name: 'Ada' })).toBe('{{name}} Ada');
  });
});

describe('valuesKnown', () => {
  const known = { user: 'Ada', now: new Date(2026, 0, 5, 9, 7), clipboard: null };

  it('knows the time and the user, in both spellings', () => {
    const content = '{{date}} {{CURRENT_TIME}} {{datetime}} {{user}} {{USER_NAME}}';
    expect(fillFrom(content, valuesKnown(variablesOf(content), known))).toBe(
      '2026-01-05 09:07 2026-01-05 09:07 Ada Ada',
    );
  });

  it('asks for the clipboard where it cannot be read', () => {
    const variables = variablesOf('{{CLIPBOARD}} {{constructor}}');
    expect([...valuesKnown(variables, known)]).toEqual([]);
    expect([...valuesKnown(variables, { ...known, clipboard: '' })]).toEqual([['CLIPBOARD', '']]);
  });
});
