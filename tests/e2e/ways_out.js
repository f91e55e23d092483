// Ways in which code might send something out past a content security policy: WebRTC asks a server
// of its choice for the way. PORTS has one of those for each way, so that it is seen which ones led out.

const call = (port) => {
  const line = new RTCPeerConnection({ iceServers: [{ urls: `stun:127.0.0.1:${port}` }] });
  line.createDataChannel('leak');
  line.createOffer().then((offer) => line.setLocalDescription(offer));
};
const script = (name) => `(${call})(${PORTS[name]})`;
const page = (name) => `<script>${script(name)}</script>`;
const quoted = (text) => text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
const markup = (name) => `<iframe srcdoc="${quoted(page(name))}"></iframe>`;
const frame = () => document.createElement('iframe');
const add = (node) => document.body.appendChild(node);

const WAYS = {
  itself: () => call(PORTS.itself),
  oldName: () => eval(`(${call})`.replace('new RTC', 'new webkitRTC'))(PORTS.oldName),
  emptyFrame: () => add(frame()).contentWindow.eval(script('emptyFrame')),
  property: () => add(Object.assign(frame(), { srcdoc: page('property') })),
  attribute: () => add(frame()).setAttribute('srcdoc', page('attribute')),
  upper: () => add(frame()).setAttribute('SRCDOC', page('upper')),
  namespace: () => add(frame()).setAttributeNS(null, 'srcdoc', page('namespace')),
  node: () => {
    const node = document.createAttribute('srcdoc');
    node.value = page('node');
    add(frame()).setAttributeNode(node);
  },
  nodeLater: () => {
    const inside = add(frame());
    inside.setAttribute('srcdoc', '');
    inside.getAttributeNode('srcdoc').value = page('nodeLater');
  },
  innerHTML: () => (add(document.createElement('div')).innerHTML = markup('innerHTML')),
  adjacent: () => document.body.insertAdjacentHTML('beforeend', markup('adjacent')),
  unsafe: () => add(document.createElement('div')).setHTMLUnsafe(markup('unsafe')),
  fragment: () => add(document.createRange().createContextualFragment(markup('fragment'))),
  template: () => {
    const template = document.createElement('template');
    template.innerHTML = markup('template');
    add(document.importNode(template.content, true));
  },
  parsed: () => {
    const parsed = new DOMParser().parseFromString(markup('parsed'), 'text/html');
    add(document.adoptNode(parsed.querySelector('iframe')));
  },
  entity: () => {
    const value = page('entity').replace(/\W/g, (mark) => `&#38;#${mark.charCodeAt()};`);
    const inside = `<iframe xmlns='http://www.w3.org/1999/xhtml' &#115;rcdoc='${value}'/>`;
    const xml = `<!DOCTYPE x [<!ENTITY e "${inside}">]><x>&e;</x>`;
    const parsed = new DOMParser().parseFromString(xml, 'text/xml');
    add(document.adoptNode(parsed.querySelector('iframe')));
  },
  edited: () => {
    const field = add(document.createElement('div'));
    field.contentEditable = 'true';
    field.focus();
    getSelection().selectAllChildren(field);
    document.execCommand('insertHTML', false, markup('edited'));
  },
  written: () => document.write(markup('written')),
  writtenInPieces: () => {
    document.write('<iframe src');
    document.write(`doc="${quoted(page('writtenInPieces'))}"></iframe>`);
  },
  address: () => add(Object.assign(frame(), { src: `javascript:${script('address')}` })),
  led: () => (add(frame()).contentWindow.location = `javascript:${script('led')}`),
  data: () => add(Object.assign(frame(), { src: `data:text/html,${escape(page('data'))}` })),
  blob: () => {
    const src = URL.createObjectURL(new Blob([page('blob')], { type: 'text/html' }));
    add(Object.assign(frame(), { src }));
  },
  object: () => {
    const data = `data:text/html,${escape(page('object'))}`;
    add(Object.assign(document.createElement('object'), { data }));
  },
  nested: () => {
    const inner = `<script>document.body.innerHTML = ${JSON.stringify(markup('nested')).replaceAll('<', '\\u003c')}</script>`;
    add(Object.assign(frame(), { srcdoc: `<body>${inner}` }));
  },
  nestedAddress: () => {
    const inner = `<iframe src="javascript:${quoted(script('nestedAddress'))}"></iframe>`;
    add(Object.assign(frame(), { srcdoc: inner }));
  },
  window: () => open('about:blank').eval(script('window')),
  // The last one: from here on strings do what this says.
  changed: () => {
    String.prototype.replace = String.prototype.slice = String.prototype.toString = () => '';
    RegExp.prototype.exec = () => null;
    String.prototype[Symbol.iterator] = function* () {};
    add(Object.assign(frame(), { srcdoc: CHANGED }));
    add(document.createElement('div')).innerHTML = CHANGED_MARKUP;
  },
};
const CHANGED = page('changed');
const CHANGED_MARKUP = markup('changed');

for (const way of Object.values(WAYS))
  try {
    way();
  } catch {
    // Not this way.
  }
// Frames inside, and what they do, come before this.
const last = frame();
last.onload = () => setTimeout(() => add(document.createTextNode('all ways were tried')), 500);
add(last);
