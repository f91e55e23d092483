/** Highlights code with highlight.js; core and grammars are loaded when first needed. */

import type { HLJSApi } from 'highlight.js';
import { grammarsOf, type Language } from './languages';

/** Code longer than this, in characters, is shown plain. */
const LONGEST = 200_000;

let loading: Promise<HLJSApi> | undefined;
const registered = new Map<string, Promise<void>>();

function core(): Promise<HLJSApi> {
  loading ??= import('highlight.js/lib/core').then((module) => module.default);
  return loading;
}

function register(engine: HLJSApi, { id, load }: Language): Promise<void> {
  let done = registered.get(id);
  if (!done) {
    done = load().then((grammar) => {
      engine.registerLanguage(id, grammar.default);
    });
    registered.set(id, done);
    // A grammar that could not be fetched is asked for again with the next block.
    done.catch(() => registered.delete(id));
  }
  return done;
}

/**
 * `code` as HTML of nested `span`s (all of its text escaped), or undefined when it is too long or
 * its grammar cannot be fetched.
 */
export async function highlight(code: string, language: Language): Promise<string | undefined> {
  if (code.length > LONGEST) return undefined;
  try {
    const engine = await core();
    await Promise.all(grammarsOf(language).map((each) => register(engine, each)));
    return engine.highlight(code, { language: language.id, ignoreIllegals: true }).value;
  } catch {
    return undefined;
  }
}
