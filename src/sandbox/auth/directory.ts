// Whose token it is: the member and the roles that the member has in pages. Plainly fake by default.

export interface SandboxMember {
  /** The id in `urn:li:person:ID`. */
  readonly id: string;
  readonly firstName: string;
  readonly lastName: string;
}

export interface SandboxPage {
  /** The number in `urn:li:organization:NUMBER`. */
  readonly number: string;
  readonly name: string;
  readonly role: string;
  readonly state?: 'APPROVED' | 'REQUESTED' | 'REJECTED' | 'REVOKED';
}

/** LinkedIn refuses the calls of a token that is not active, and says so when asked about it. */
export type TokenStatus = 'active' | 'expired' | 'revoked';

export interface DirectoryOptions {
  readonly tokenStatus?: TokenStatus;
  /** Whose token it is. */
  readonly member?: SandboxMember;
  /** The roles of that member. Uploads and posts for these pages need one that permits it; other pages accept them. */
  readonly pages?: readonly SandboxPage[];
}

const DEFAULT_MEMBER: SandboxMember = {
  id: 'SIMULATED-member',
  firstName: 'Sam',
  lastName: 'Sandbox',
};

const DEFAULT_PAGES: readonly SandboxPage[] = [
  { number: '24141830', name: 'Sandbox Company', role: 'ADMINISTRATOR' },
  { number: '24141831', name: 'Sandbox Lab', role: 'CONTENT_ADMINISTRATOR' },
  { number: '24141832', name: 'Sandbox Press', role: 'ANALYST' },
  { number: '24141833', name: 'Sandbox Archive', role: 'ADMINISTRATOR', state: 'REVOKED' },
];

export function resolveDirectory(options: DirectoryOptions): Required<DirectoryOptions> {
  const { tokenStatus = 'active', member = DEFAULT_MEMBER, pages = DEFAULT_PAGES } = options;
  return { tokenStatus, member, pages };
}

// https://learn.microsoft.com/linkedin/marketing/community-management/shares/videos-api (read 2026-11-25)
const WRITING_ROLES = ['ADMINISTRATOR', 'CONTENT_ADMINISTRATOR', 'DIRECT_SPONSORED_CONTENT_POSTER'];

export function isApproved({ state = 'APPROVED' }: SandboxPage): boolean {
  return state === 'APPROVED';
}

/** Whether the member may not upload for `urn`, or post as it. The sandbox accepts pages that it does not know. */
export function lacksRole(pages: readonly SandboxPage[], urn: string): boolean {
  const own = pages.filter(({ number }) => urn === `urn:li:organization:${number}`);
  return own.length > 0 && !own.some((page) => isApproved(page) && WRITING_ROLES.includes(page.role));
}
