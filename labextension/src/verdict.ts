/**
 * What the server's answer to `GET health` means for an extension of version `ours`: a sentence
 * that says what to do, or undefined when all is well.
 */
export function verdict(status: number, health: unknown, ours: string): string | undefined {
  if (status === 404) {
    return 'dost is not running on this Jupyter server. Install it where the server runs (pip install dost), check with “jupyter server extension list”, and restart the server.';
  }
  if (status === 503) return 'dost is starting. Try again in a moment.';
  if (status !== 200) {
    return `dost did not answer as expected (status ${String(status)}). The server’s log says why.`;
  }
  const theirs = versionOf(health);
  if (theirs === ours) return undefined;
  return `This panel is dost ${ours}, the server has dost ${theirs || 'of an unknown version'}. Install the same version in both places, restart the server and reload this page.`;
}

function versionOf(health: unknown): string {
  const isRecord = typeof health === 'object' && health !== null && 'version' in health;
  return isRecord && typeof health.version === 'string' ? health.version : '';
}
