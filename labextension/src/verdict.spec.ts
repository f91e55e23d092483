import { describe, expect, it } from 'vitest';
import { verdict } from './verdict';

describe('the answer to the version check', () => {
  it('is silence when both sides are of one version', () => {
    expect(verdict(200, { status: 'ok', version: '1.2.3' }, '1.2.3')).toBeUndefined();
  });

  it.each([
    [404, undefined, 'Install the wheel of dost where the server runs'],
    [503, undefined, 'still starting'],
    [200, { status: 'starting', version: '1.2.3' }, 'still starting'],
    [500, undefined, 'status 500'],
    [
      200,
      { status: 'ok', version: '1.2.4' },
      'This panel is dost 1.2.3, the server has dost 1.2.4',
    ],
    [200, 'nonsense', 'of an unknown version'],
  ])('with status %i and %j says so', (status, health, sentence) => {
    expect(verdict(status, health, '1.2.3')).toContain(sentence);
  });
});
