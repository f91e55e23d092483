import { NetworkError } from './errors';

/** Sends `fields` as a form, and a file after them. `fetch` cannot say how much of a body has gone; this can. */
export function upload(
  url: string,
  file: File | null,
  xsrf: string,
  sent: (part: number) => void,
  method: 'POST' | 'PUT',
  signal?: AbortSignal,
  fields: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  if (file) form.set('file', file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    request.setRequestHeader('X-XSRFToken', xsrf);
    request.responseType = 'blob';
    request.upload.onprogress = ({ loaded, total }) => sent(total ? loaded / total : 0);
    request.onload = () =>
      resolve(new Response(request.response as Blob, { status: request.status }));
    request.onerror = () => reject(new NetworkError('The server cannot be reached.'));
    request.onabort = () => reject(new NetworkError('The upload was given up.'));
    signal?.addEventListener('abort', () => request.abort());
    request.send(form);
  });
}
