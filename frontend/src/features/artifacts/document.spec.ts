import { expect, it } from 'vitest';
import type { Kind } from './artifact';
import { documentOf, fileOf } from './document';

const version = (kind: Kind, code: string) => ({ id: 'a:0', kind, title: 'A & <b>', code });

it('a whole page is shown as it is', () => {
  const page = '<!DOCTYPE html><p>A';
  expect(documentOf(version('html', page))).toBe(page);
});

it('a part of one gets the rest, and keeps its lines', () => {
  const [first, second] = documentOf(version('html', '<p>1\n<p>2')).split('\n');
  expect(first).toMatch(/^<!doctype html>.*<title>A &amp; &lt;b><\/title>.*<body><p>1$/);
  expect(second).toBe('<p>2');
});

it('a drawing is shown without what is for readers of XML', () => {
  const code = '<?xml version="1.0"?><!DOCTYPE svg><svg width="2"/>';
  expect(documentOf(version('svg', code))).toContain('<body><svg width="2"/>');
});

it('a drawing that is saved says what it is', () => {
  const xmlns = 'xmlns="http://www.w3.org/2000/svg"';
  expect(fileOf(version('svg', '<svg width="2"/>'))).toBe(`<svg ${xmlns} width="2"/>`);
  expect(fileOf(version('svg', `<svg ${xmlns}/>`))).toBe(`<svg ${xmlns}/>`);
});
