/** The artifacts of a branch: nothing of them is kept but the answers they stand in. */
import { codeIn, type PlacedCode } from '$lib/markdown/code-extras';
import { kindOf, titleOf, versionId, type Kind, type Version } from './artifact';
import { joined } from './join';

/** An answer as far as it has come. */
export interface Answer {
  id: string;
  content: string;
  isGrowing: boolean;
}

/** Blocks that are one artifact: of one kind and with one title. The last one is the newest. */
export interface Artifact {
  key: string;
  kind: Kind;
  title: string;
  versions: readonly Version[];
}

/** A block whose end has not come yet; its title may not have either. */
export interface Unfinished {
  kind: Kind;
  title: string;
}

export interface Shown {
  artifacts: ReadonlyMap<string, Artifact>;
  unfinished: readonly Unfinished[];
}

interface Read {
  of: string;
  versions: readonly Version[];
  unfinished: Unfinished | null;
}

export class Shelf {
  #read = new Map<string, Read>();

  /** The artifacts of these answers, from the top. What has not changed is not read again. */
  of(answers: readonly Answer[]): Shown {
    const read = new Map(answers.map((answer) => [answer.id, this.#of(answer)] as const));
    this.#read = read;
    const all = [...read.values()];
    return {
      artifacts: grouped(all.flatMap(({ versions }) => versions)),
      unfinished: all.flatMap(({ unfinished }) => unfinished ?? []),
    };
  }

  #of({ id, content, isGrowing }: Answer): Read {
    const known = this.#read.get(id);
    const of = isGrowing ? outline(content) : content;
    if (known?.of === of) return isGrowing ? { ...known, ...entitled(known, content) } : known;
    return { of, ...readAnswer(id, content, isGrowing) };
  }
}

function grouped(versions: readonly Version[]): Map<string, Artifact> {
  const artifacts = new Map<string, Artifact & { versions: Version[] }>();
  for (const version of versions) {
    const { kind, title } = version;
    const key = `${kind}:${title.toLowerCase()}`;
    const artifact = artifacts.get(key);
    if (artifact) artifact.versions.push(version);
    else artifacts.set(key, { key, kind, title, versions: [version] });
  }
  return artifacts;
}

const FENCE = /`{3,}|~{3,}/g;

/** Whole lines alone: what may be the end of a block may also become the begin of another. */
function wholeLines(content: string): string {
  return content.slice(0, content.lastIndexOf('\n') + 1);
}

/** What of a growing answer must change for its blocks to be others: where its fences are. */
function outline(content: string): string {
  return Array.from(wholeLines(content).matchAll(FENCE), ({ index }) => index).join();
}

/** The title may come after the begin. */
function entitled({ unfinished }: Read, content: string): Pick<Read, 'unfinished'> {
  if (!unfinished || unfinished.title !== '') return { unfinished };
  const lines = wholeLines(content);
  const begin = Math.max(lines.lastIndexOf('```'), lines.lastIndexOf('~~~'));
  const { kind } = unfinished;
  return { unfinished: { kind, title: titleOf(kind, lines.slice(begin, begin + 4_000), '') } };
}

function readAnswer(id: string, content: string, isGrowing: boolean): Omit<Read, 'of'> {
  const blocks = codeIn(isGrowing ? wholeLines(content) : content);
  const last = blocks.at(-1);
  const open = isGrowing && last?.isOpen ? last : undefined;
  const whole = open ? blocks.slice(0, -1) : blocks;
  const kind = open && kindOf(open);
  return {
    versions: versionsOf(id, whole),
    unfinished: open && kind ? { kind, title: titleOf(kind, open.code, open.title) } : null,
  };
}

const STYLE = /^css$/i;
const SCRIPT = /^(?:javascript|js|mjs)$/i;

function versionsOf(id: string, blocks: readonly PlacedCode[]): Version[] {
  const pages = blocks.filter((block) => kindOf(block) === 'html');
  const isPart = ({ language }: PlacedCode) => STYLE.test(language) || SCRIPT.test(language);
  return blocks.flatMap((block) => {
    const kind = kindOf(block);
    if (!kind || (pages.length > 0 && isPart(block))) return [];
    const mine = kind === 'html' ? blocks.filter((other) => pageOf(other, pages) === block) : [];
    const css = mine.filter(({ language }) => STYLE.test(language));
    const js = mine.filter(({ language }) => SCRIPT.test(language));
    const beside = { css: css.map(({ code }) => code), js: js.map(({ code }) => code) };
    const code = kind === 'html' ? joined(block.code, beside) : block.code;
    const title = titleOf(kind, block.code, block.title);
    const parts = [...css, ...js].map(({ number }) => versionId(id, number));
    return [{ id: versionId(id, block.number), parts, kind, title, code }];
  });
}

/** The page a block belongs to: the one before it, or else the first after it. */
function pageOf(block: PlacedCode, pages: readonly PlacedCode[]): PlacedCode | undefined {
  return pages.findLast(({ number }) => number < block.number) ?? pages[0];
}
