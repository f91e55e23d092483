import { app } from './app';
import { auth } from './auth';
import { chat } from './chat';
import { code } from './code';
import { documents } from './documents';
import { history } from './history';
import { settings } from './settings';
import { sources } from './sources';

/** Every sentence the interface says, in English. */
export const en = {
  ...app,
  ...auth,
  ...chat,
  ...code,
  ...documents,
  ...history,
  ...settings,
  ...sources,
};
