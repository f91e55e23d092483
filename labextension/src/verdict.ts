/** What to say while the server's database and models are not there yet. */
export const STARTING =
  'dost is still starting, or could not start: then the server’s log says why. Try again in a moment.';

/**
 * What the server's answer to `GET health` means for an extension of version `ours`: a sentence
 * that says what to do, or undefined when all is well.
 */
export function verdict(status: number, health: unknown, ours: string): string | undefined {
  if (status === 404) {
    return 'dost is not running on this Jupyter server. Install the wheel of dost where the server runs, check with “jupyter server extension list”, and restart the server.';
  }
  if (status === 503) return STARTING;
  if (status !== 200) {
    return `dost did not answer as expected (status ${String(status)}). The server’s log says why.`;
  }
  const { status: state, version: theirs } = readHealth(health);
  if (theirs !== ours) {
    return `This panel is dost ${ours}, the server has dost ${theirs || 'of an unknown version'}. Install the same version in both places, restart the server and reload this page.`;
  }
  return state === 'starting' ? STARTING : undefined;
}

function readHealth(health: unknown): { status: string; version: string } {
  const fields = typeof health === 'object' && health !== null ? health : {};
  return {
    status: 'status' in fields ? String(fields.status) : '',
    version: 'version' in fields ? String(fields.version) : '',
  };
}
