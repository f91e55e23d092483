/** Typical elements, for style sheets that stand alone. */
import { t } from '$lib/i18n';

const MOST_CLASSES = 24;
/** So that looking for them does not take long. */
const LOOKED_THROUGH = 20_000;
const NO_SELECTOR = /\/\*[^]*?\*\/|"[^"\n]*"|'[^'\n]*'/g;

/** The classes that a style sheet knows, in its order. */
function classesOf(css: string): string[] {
  const rules = css.slice(0, LOOKED_THROUGH).replace(NO_SELECTOR, '');
  const parts = Array.from(rules.matchAll(/([^{};]*)([{};])/g));
  const selectors = parts.map(([, before = '', end]) => (end === '{' ? before : ''));
  const names = selectors.flatMap((selector) =>
    Array.from(selector.matchAll(/\.(-?[a-z_][\w-]*)/gi), ([, name = '']) => name),
  );
  return [...new Set(names)].slice(0, MOST_CLASSES);
}

/** An element of a class, of the kind that its name tells. */
function example(name: string): string {
  if (/btn|button/i.test(name)) return `<p><button class="${name}">${name}</button></p>`;
  if (/input|field/i.test(name)) return `<p><input class="${name}" value="${name}"></p>`;
  if (/link/i.test(name)) return `<p><a class="${name}" href="#">${name}</a></p>`;
  return `<div class="${name}">${name}</div>`;
}

/** What a style sheet is tried on: headings, text, controls, a table, and its own classes. */
export function sample(css: string): string {
  const one = t('artifact.sample.first');
  const two = t('artifact.sample.second');
  const link = t('artifact.sample.link');
  return `<h1>${t('artifact.sample.heading')}</h1>
<p>${t('artifact.sample.text')} <a href="#">${link}</a></p>
<h2>${t('artifact.sample.subheading')}</h2>
<ul><li>${one}</li><li>${two}</li></ul>
<p><button type="button">${t('artifact.sample.button')}</button></p>
<p><label>${t('artifact.sample.field')} <input value="${one}"></label></p>
<table><thead><tr><th>${t('artifact.sample.name')}</th><th>${t('artifact.sample.number')}</th></tr></thead>
<tbody><tr><td>${one}</td><td>1</td></tr><tr><td>${two}</td><td>2</td></tr></tbody></table>
${classesOf(css).map(example).join('\n')}`;
}
