/** Highlights code with highlight.js; core and grammars are loaded when first needed. */

import type { HLJSApi } from 'highlight.js';
import { GRAMMARS, grammarsOf } from './grammars';

let loading: Promise<HLJSApi> | undefined;
const registered = new Map<string, Promise<void>>();

function core(): Promise<HLJSApi> {
  loading ??= import('highlight.js/lib/core').then((module) => module.default);
  return loading;
}

async function load(engine: HLJSApi, id: string): Promise<void> {
  const grammar = await GRAMMARS[id]?.();
  if (grammar) engine.registerLanguage(id, grammar.default);
}

function register(engine: HLJSApi, id: string): Promise<void> {
  let done = registered.get(id);
  if (!done) {
    done = load(engine, id);
    registered.set(id, done);
    // A grammar that could not be fetched is asked for again with the next block.
    done.catch(() => registered.delete(id));
  }
  return done;
}

/**
 * `code` as HTML of nested `span`s (all of its text escaped), or undefined when the grammar called
 * `id` cannot be fetched.
 */
export async function highlight(code: string, id: string): Promise<string | undefined> {
  try {
    const engine = await core();
    await Promise.all(grammarsOf(id).map((each) => register(engine, each)));
    return engine.highlight(code, { language: id, ignoreIllegals: true }).value;
  } catch {
    return undefined;
  }
}
