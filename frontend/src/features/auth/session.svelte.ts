import { createContext } from 'svelte';
import type { Api } from '$lib/api/api';
import { backOff } from '$lib/api/backoff';
import { isPassing } from '$lib/api/errors';
import type { User } from '$lib/api/types';
import { forgetOwn, keepFor } from '$lib/own-storage';

/** Who is signed in. */
export class Session {
  user = $state<User | null>(null);
  state = $state<'loading' | 'signed-in' | 'signed-out' | 'unreachable'>('loading');
  /** No account exists yet: the next one becomes the administrator. */
  firstRun = $state(false);

  constructor(
    private readonly api: Api,
    readonly canSignOut: boolean,
    known: { firstRun: boolean; signedIn: boolean | undefined },
  ) {
    this.firstRun = known.firstRun;
    if (known.signedIn === false) this.#end();
    api.client.onSignedOut = () => this.#end();
  }

  /** Whether the page may offer what needs `scope`; the server decides again. */
  may(scope: string): boolean {
    return this.user?.permissions.includes(scope) ?? false;
  }

  /** Finds out who is signed in; goes on asking while the server is away or starting. */
  async load(signal: AbortSignal): Promise<void> {
    if (this.state === 'signed-out') return;
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        this.#begin(await this.api.auth.me());
        return;
      } catch (error) {
        if (!isPassing(error)) {
          this.#end();
          return;
        }
        this.state = 'unreachable';
        await backOff(attempt, signal);
      }
    }
  }

  async signIn(username: string, password: string): Promise<void> {
    this.#begin((await this.api.auth.login(username, password)).user);
  }

  async register(username: string, password: string, displayName: string): Promise<void> {
    const account = { username, password, ...(displayName && { display_name: displayName }) };
    this.#begin((await this.api.auth.register(account)).user);
    this.firstRun = false;
  }

  async signOut(): Promise<void> {
    await this.api.auth.logout();
    forgetOwn();
    this.#end();
  }

  /** Deletes the account with all it owns; throws where the password is wrong. */
  async deleteAccount(password: string): Promise<void> {
    await this.api.auth.deleteAccount(password);
    forgetOwn();
    this.#end();
  }

  #begin(user: User): void {
    void this.api.client.kept?.begin(user);
    keepFor(user.id);
    this.user = user;
    this.state = 'signed-in';
  }

  #end(): void {
    this.api.client.kept?.end();
    keepFor(null);
    this.user = null;
    this.state = 'signed-out';
  }
}

export const [getSession, setSession] = createContext<Session>();
