// Whose token it is: its member, and the pages in which the member has a role. And the scopes and roles that LinkedIn requires.
// https://learn.microsoft.com/linkedin/consumer/integrations/self-serve/sign-in-with-linkedin-v2 (read 2026-11-28)
// https://learn.microsoft.com/linkedin/marketing/community-management/organizations/organization-access-control-by-role (read 2026-11-28)
// https://learn.microsoft.com/linkedin/marketing/community-management/organizations/organization-authorizations/organization-authorizations (read 2026-11-28)

import { toActionError } from '../errors/action-error.ts';
import * as z from '../schema.ts';
import { lenient, list, optionalText } from './replies.ts';
import type { RestClient } from './rest-client.ts';
import { idOf, type OwnerKind, ownerKind } from './urn.ts';

/** A member or a page. */
export interface NamedOwner {
  readonly urn: string;
  /** Null if the token may not read it. */
  readonly name: string | null;
}

/** A page in which the member has an approved role. */
export interface PageRole extends NamedOwner {
  /** LinkedIn's own, such as `CONTENT_ADMINISTRATOR`. */
  readonly role: string;
}

/** What LinkedIn lets the member do with posts of a page. It says nothing about the scopes of the token. */
export interface PagePermissions {
  readonly create: boolean;
  readonly edit: boolean;
}

/** The scope that a request for the permissions in a page needs. Posts do not need it. */
export const PERMISSIONS_SCOPE = 'rw_organization_admin';

/**
 * The permission (scope) of an access token that an upload needs, by the kind of the owner.
 * https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api (read 2026-11-25)
 */
export const UPLOAD_SCOPES: Readonly<Record<OwnerKind, string>> = {
  person: 'w_member_social',
  organization: 'w_organization_social',
  sponsoredAccount: 'rw_ads',
};

// https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api (read 2026-11-26)
export const commentScopeOf = byAuthor('w_member_social_feed', 'w_organization_social_feed');
/** A search for posts needs it. */
export const readScopeOf = byAuthor('r_member_social', 'r_organization_social');

function byAuthor(person: string, organization: string): (author: string) => string {
  return (author) => (ownerKind(author) === 'person' ? person : organization);
}

const POSTING_ROLES: ReadonlySet<string> = new Set([
  'ADMINISTRATOR',
  'CONTENT_ADMINISTRATOR',
  'CONTENT_ADMIN',
]);

/** LinkedIn's table of roles lets it post, and its page about posts does not name it. */
const DOUBTFUL_ROLE = 'RECRUITING_POSTER';

/** Which posts a role permits, the most permitting first. `doubtful`: LinkedIn's pages differ. */
const PERMITTED_POSTS = ['all', 'doubtful', 'sponsored', 'none'] as const;
export type PermittedPosts = (typeof PERMITTED_POSTS)[number];

export function postsOfRole(role: string): PermittedPosts {
  if (POSTING_ROLES.has(role)) return 'all';
  if (role === DOUBTFUL_ROLE) return 'doubtful';
  return role === 'DIRECT_SPONSORED_CONTENT_POSTER' ? 'sponsored' : 'none';
}

const ID = /^[A-Za-z0-9_-]{1,100}$/;
const userinfo = z.looseObject({ sub: z.string().regex(ID), name: optionalText });
const profile = z.looseObject({
  id: z.string().regex(ID),
  localizedFirstName: optionalText,
  localizedLastName: optionalText,
});

const page = lenient(z.string().regex(/^urn:li:organization:\d{1,20}$/));
const roleEntry = lenient(
  z.looseObject({
    // Older responses have the second name.
    organization: page,
    organizationTarget: page,
    role: z.string().regex(/^\w{1,60}$/),
  }),
);
const PAGE_SIZE = 100;
/** A list may never end: some servers ignore `start`. */
const MAX_LISTS = 20;
const link = lenient(z.looseObject({ rel: optionalText }));
const paging = lenient(z.looseObject({ links: lenient(z.array(link)) }));
const roles = z.looseObject({ elements: list(roleEntry, { most: PAGE_SIZE }), paging });

/** LinkedIn accepts 4 KB of query. */
const NAMES_AT_ONCE = 100;
const named = lenient(z.looseObject({ localizedName: optionalText }));
const organizations = z.looseObject({ results: z.record(z.string(), named) });

const approved = z
  .looseObject({ 'com.linkedin.organization.Approved': z.looseObject({}) })
  .transform(() => true);
const denied = z
  .looseObject({ 'com.linkedin.organization.Denied': z.looseObject({}) })
  .transform(() => false);
const authorization = z.looseObject({ status: z.union([approved, denied]) });

export class OwnerClient {
  readonly #api: RestClient;

  constructor(api: RestClient) {
    this.#api = api;
  }

  /**
   * The member by OpenID Connect, else by the profile API, which an app without OpenID Connect may have.
   * @throws CallError ACCESS_DENIED if the token may not read either, and the errors of every call
   */
  async readMember(): Promise<NamedOwner> {
    try {
      const { sub, name } = await this.#api.get(
        { phase: 'member', root: 'v2', path: 'userinfo' },
        userinfo,
      );
      return toMember(sub, name);
    } catch (error) {
      if (toActionError(error).code !== 'ACCESS_DENIED') throw error;
    }
    const found = await this.#api.get({ phase: 'member', root: 'v2', path: 'me' }, profile);
    const { id, localizedFirstName = '', localizedLastName = '' } = found;
    return toMember(id, `${localizedFirstName} ${localizedLastName}`);
  }

  /**
   * The pages in which the member has an approved role, in LinkedIn's order.
   * @throws CallError ACCESS_DENIED without a scope for pages, and the errors of every call
   */
  async readPages(): Promise<readonly PageRole[]> {
    const pages = mostPermitting(await this.#readRoles());
    const names = await this.#readNames(pages);
    return pages.map((page) => ({ ...page, name: names.get(idOf(page.urn)) ?? null }));
  }

  /**
   * What the member may do with posts of the page.
   * @throws CallError ACCESS_DENIED if the token may not read its member or lacks `PERMISSIONS_SCOPE`, and the errors of every call
   */
  async readPermissions(page: string): Promise<PagePermissions> {
    const { urn } = await this.readMember();
    const may = async (actionType: string) => {
      const action = `(organizationContentAuthorizationAction:(actionType:${actionType}))`;
      const key = `(impersonator:${encodeURIComponent(urn)},organization:${encodeURIComponent(page)},action:${action})`;
      const call = { phase: 'permission', path: `organizationAuthorizations/${key}` } as const;
      return (await this.#api.get(call, authorization)).status;
    };
    return { create: await may('ORGANIC_SHARE_CREATE'), edit: await may('ORGANIC_SHARE_EDIT') };
  }

  async #readRoles(): Promise<readonly Role[]> {
    const found = new Map<string, Role>();
    let start = 0;
    for (let lists = 0; lists < MAX_LISTS; lists += 1) {
      const query = `q=roleAssignee&state=APPROVED&start=${start}&count=${PAGE_SIZE}`;
      const call = { phase: 'pages', path: `organizationAcls?${query}` } as const;
      const { elements, paging } = await this.#api.get(call, roles);
      start += elements.length;
      const before = found.size;
      for (const element of elements) {
        const urn = element?.organization ?? element?.organizationTarget;
        if (element !== undefined && urn !== undefined)
          found.set(`${urn} ${element.role}`, { urn, role: element.role });
      }
      // LinkedIn may return fewer than `count`.
      const hasNext =
        elements.length === PAGE_SIZE || paging?.links?.some((one) => one?.rel === 'next');
      if (found.size === before || !hasNext) break;
    }
    return [...found.values()];
  }

  /** The names by number, as far as the token may read them. LinkedIn shows the details of a page to its administrators only. */
  async #readNames(pages: readonly Role[]): Promise<ReadonlyMap<string, string>> {
    if (pages.length === 0) return new Map();
    const ids = pages
      .slice(0, NAMES_AT_ONCE)
      .map(({ urn }) => idOf(urn))
      .join(',');
    try {
      const call = { phase: 'pages', path: `organizations?ids=List(${ids})` } as const;
      const { results } = await this.#api.get(call, organizations);
      return new Map(
        Object.entries(results).map(([number, one]) => [number, one?.localizedName?.trim() ?? '']),
      );
    } catch (error) {
      // A page is found by its number too.
      if (['RUN_CANCELLED', 'INTERNAL'].includes(toActionError(error).code)) throw error;
      return new Map();
    }
  }
}

type Role = Pick<PageRole, 'urn' | 'role'>;

function toMember(id: string, name = ''): NamedOwner {
  return { urn: `urn:li:person:${id}`, name: name.trim() || null };
}

/** One role of each page. */
function mostPermitting(found: readonly Role[]): readonly Role[] {
  const rankOf = ({ role }: Role) => PERMITTED_POSTS.indexOf(postsOfRole(role));
  return [...Map.groupBy(found, ({ urn }) => urn).values()].flatMap(
    (own) => own.toSorted((one, other) => rankOf(one) - rankOf(other))[0] ?? [],
  );
}
