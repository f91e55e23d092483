import type { Message } from '$lib/api/types';
import { codeIn, type PlacedCode } from '$lib/markdown/code-extras';
import type { Executions } from './executions.svelte';
import type { Kernels } from './kernels.svelte';

/** What can be done with the code of the branch that is shown. */
export interface CodeVerbs {
  run: (message: Message, code: PlacedCode) => void;
  /** Runs what comes before it in the branch, and then it. */
  runFromTop: (message: Message, code: PlacedCode) => void;
  runAll: () => void;
  interrupt: (message: Message) => void;
}

interface Piece {
  message: Message;
  code: PlacedCode;
}

/** The code of a branch's answers that names a language of some kernel, from the top. */
function codeOf(path: readonly Message[], speaks: (language: string) => boolean): Piece[] {
  return path
    .filter(({ role }) => role === 'assistant')
    .flatMap((message) =>
      codeIn(message.content)
        .filter(({ language }) => speaks(language))
        .map((code) => ({ message, code })),
    );
}

/** `path` tells the branch that is shown; `report` hears of what could not be done. */
export function codeVerbs(
  executions: Executions,
  kernels: Kernels,
  path: () => readonly Message[],
  report: (error: unknown) => void,
): CodeVerbs {
  /** One after the other, until one fails. */
  async function runEach(pieces: readonly Piece[]): Promise<void> {
    for (const { message, code } of pieces)
      if (!(await executions.run(message, code.number, code.code))) return;
  }

  const all = () => codeOf(path(), (language) => kernels.speaks(language));

  return {
    run: (message, code) => void executions.run(message, code.number, code.code),
    runFromTop(message, code) {
      const pieces = all();
      const place = pieces.findIndex(
        (piece) => piece.message.id === message.id && piece.code.number >= code.number,
      );
      const before = place === -1 ? pieces : pieces.slice(0, place);
      void runEach([...before, { message, code }]);
    },
    runAll: () => void runEach(all()),
    interrupt: ({ conversation_id }) => kernels.interrupt(conversation_id).catch(report),
  };
}
