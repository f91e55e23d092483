import { problemText, t } from '../i18n';
import type { Problem } from './types';

/** The server answered, and the answer is a problem document. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly problem: Problem,
    readonly retryAfter: number | null = null,
  ) {
    super(problem.detail || problem.title);
  }

  get status(): number {
    return this.problem.status;
  }

  get code(): string {
    return this.problem.code;
  }
}

/** No answer came, or it broke off: the server or the network is away. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
}

/** Reads the problem out of a failed response; a proxy's HTML page becomes a problem too. */
export async function errorFrom(response: Response): Promise<ApiError> {
  const after = Number(response.headers.get('Retry-After') ?? NaN);
  const fallback: Problem = {
    type: 'about:blank',
    title: response.statusText || 'Error',
    status: response.status,
    detail: t('app.oddAnswer', { status: String(response.status) }),
    code: 'unknown',
  };
  const body: unknown = await response.json().catch(() => null);
  const problem = typeof body === 'object' && body !== null ? { ...fallback, ...body } : fallback;
  return new ApiError(problem, Number.isNaN(after) ? null : after);
}

const GATEWAY_AND_NOT_READY = [502, 503, 504];

/** Whether trying again later may help: nobody answered, or the server is not ready. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ApiError) return GATEWAY_AND_NOT_READY.includes(error.status);
  return error instanceof NetworkError;
}

/** Whether the thing is absent, or not this user's. */
export function isMissing(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}

/** What a problem says to people. */
export function saying({
  code,
  detail,
  title,
}: Pick<Problem, 'code' | 'detail' | 'title'>): string {
  return problemText(code, detail || title);
}

/** What is wrong with the first thing that was entered, or else the sentence. */
export function reason(error: unknown): string {
  const [detail] = error instanceof ApiError ? (error.problem.errors ?? []) : [];
  return detail?.msg ?? sentence(error);
}

/** The sentence to show for whatever was thrown. */
export function sentence(error: unknown): string {
  if (error instanceof NetworkError) return t('app.noAnswer');
  if (error instanceof ApiError) return saying(error.problem);
  return error instanceof Error ? error.message : String(error);
}
