import type { Client } from './client';
import type { Group, GroupChanges, Groups, NamedGroups, NewGroup } from './types';

const PATH = 'admin/groups';

/** The calls about groups of accounts. */
export class GroupCalls {
  constructor(private readonly client: Client) {}

  /** The groups with which one may share. */
  own(): Promise<NamedGroups> {
    return this.client.request('groups');
  }

  list(): Promise<Groups> {
    return this.client.request(PATH);
  }

  create(group: NewGroup): Promise<Group> {
    return this.client.request(PATH, { method: 'POST', body: group });
  }

  patch(id: string, changes: GroupChanges): Promise<Group> {
    return this.client.request(`${PATH}/${id}`, { method: 'PATCH', body: changes });
  }

  remove(id: string): Promise<void> {
    return this.client.request(`${PATH}/${id}`, { method: 'DELETE' });
  }
}
