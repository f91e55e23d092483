// What code of others might try; `tried` tells in words what came of each attempt.

const soon = () => new Promise((_, fail) => setTimeout(() => fail(new Error()), 300));

const ATTEMPTS = {
  parent: () => parent.document.title,
  top: () => top.document.cookie,
  frame: () => frameElement.id,
  cookies: () => document.cookie,
  storage: () => localStorage.length,
  databases: () => indexedDB.databases(),
  server: () => fetch('ORIGIN/dost/api/v1/auth/me', { credentials: 'include' }),
  opaque: () => fetch('ORIGIN/dost/api/v1/health', { mode: 'no-cors' }),
  socket: () =>
    new Promise((open, fail) => {
      const address = 'ORIGIN/dost/api/v1/kernels/x/channels'.replace('http', 'ws');
      const socket = new WebSocket(address);
      socket.onopen = open;
      socket.onerror = fail;
    }),
  picture: () =>
    new Promise((open, fail) => {
      const picture = new Image();
      picture.onload = open;
      picture.onerror = fail;
      picture.src = 'ORIGIN/dost/icon.svg?leak';
    }),
  script: () => import('ORIGIN/dost/panel.js'),
  away: () => {
    top.location = 'ORIGIN/dost/share/x';
    return soon();
  },
  form: () => {
    const form = document.createElement('form');
    Object.assign(form, { action: 'ORIGIN/dost/api/v1/auth/logout', method: 'post' });
    document.body.append(form);
    form.submit();
    return soon();
  },
  window: () => {
    if (!window.open('ORIGIN/dost/')) throw new Error();
  },
};

async function tried() {
  const found = {};
  for (const [name, attempt] of Object.entries(ATTEMPTS))
    try {
      found[name] = `got ${await attempt()}`;
    } catch {
      found[name] = 'refused';
    }
  return `tried ${JSON.stringify(found)}`;
}
