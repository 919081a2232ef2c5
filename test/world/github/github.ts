// GitHub as the memory meets it: a repository with its contents, branches and git objects.

import { GitHubApi, type GitHubOptions } from './api.ts';
import { addContents } from './contents.ts';

export class GitHub extends GitHubApi {
  constructor(options: GitHubOptions = {}) {
    super(options);
    addContents(this);
  }
}
