import { describe, expect, it } from 'vitest';
import { locate } from './locate';

const found = (texts: string[], wanted: string) =>
  locate(texts, wanted).map(({ index, start, end }) => texts[index]?.slice(start, end));

describe('locate', () => {
  it('finds words whatever stands between their letters', () => {
    expect(found(['The exam-', 'ple of the ﬁsh. Next'], 'Example of the fish.')).toEqual([
      'exam',
      'ple of the ﬁsh',
    ]);
  });

  it('tells look-alikes apart by all of the words', () => {
    const texts = ['The code of station one is red.', 'The code of station two is blue.'];
    expect(locate(texts, 'The code of station two is blue.')).toEqual([
      { index: 1, start: 0, end: 31 },
    ]);
  });

  it('finds the parts that agree where a line stands between them', () => {
    const texts = [
      'The lamp is lit at dusk every',
      'Page 7 of the manual',
      'evening by whoever is awake.',
    ];
    expect(found(texts, 'The lamp is lit at dusk every evening by whoever is awake.')).toEqual([
      'The lamp is lit at dusk every',
      'evening by whoever is awake',
    ]);
  });

  it('knows letters of other scripts', () => {
    expect(found(['İstanbul’un ışıkları', '東京の灯り'], 'istanbul’un ışıkları')).toEqual([
      'İstanbul’un ışıkları',
    ]);
    expect(found(['東京の灯り'], '京の灯')).toEqual(['京の灯']);
  });

  it('finds nothing where nothing is said or wanted', () => {
    expect(locate(['Some words'], 'Others entirely, and many of them')).toEqual([]);
    expect(locate(['Some words'], ' – ')).toEqual([]);
    expect(locate([], 'words')).toEqual([]);
  });
});
