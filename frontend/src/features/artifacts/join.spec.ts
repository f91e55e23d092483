import { expect, it } from 'vitest';
import { joined } from './join';

const css = ['p { color: red }'];
const js = ['go()'];

it('puts style before the end of the head and script before the end of the body', () => {
  const page = '<html><head><title>A</title></head><body><p>A</p></body></html>';
  expect(joined(page, { css, js })).toBe(
    '<html><head><title>A</title><style>\np { color: red }\n</style>\n</head>' +
      '<body><p>A</p><script>\ngo()\n</script>\n</body></html>',
  );
});

it('puts them into a fragment as well', () => {
  expect(joined('<!doctype html>\n<p>A</p>', { css, js })).toBe(
    '<!doctype html>\n<style>\np { color: red }\n</style>\n<p>A</p>\n<script>\ngo()\n</script>\n',
  );
});

it('takes the place of files that nobody serves, and of no others', () => {
  const page =
    '<head><link rel="stylesheet" href="style.css"><link rel="icon" href="a.png">' +
    '<style>b{}</style><script src="https://cdn.example/x.js"></script></head>' +
    '<body><script type="module" src="./app.js"></script></body>';
  expect(joined(page, { css, js })).toBe(
    '<head><link rel="icon" href="a.png">' +
      '<style>b{}</style><script src="https://cdn.example/x.js"></script>' +
      '<style>\np { color: red }\n</style>\n</head>' +
      '<body><script type="module">\ngo()\n</script>\n</body>',
  );
});

it('leaves a page alone that has its own', () => {
  const page = '<style>p{}</style><p>A</p><script>mine()</script>';
  expect(joined(page, { css, js })).toBe(page);
});

it('lets no code end its element', () => {
  const parts = { css: [], js: ['write("</script><b>$&")'] };
  expect(joined('<p>', parts)).toBe('<p>\n<script>\nwrite("<\\/script><b>$&")\n</script>\n');
});

it.each([
  ['links', '<link rel=stylesheet href=a '],
  ['scripts', '<script src=a '],
  ['attributes', `<script ${'src=a '.repeat(100)}`],
  ['ends', '</body>'],
])('looks through any number of %s in bounded time', (_, part) => {
  const begin = performance.now();
  joined(part.repeat(200_000 / part.length), { css, js });
  expect(performance.now() - begin).toBeLessThan(2_000);
});
