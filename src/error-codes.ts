// Every error code: what it means, and what to do about it. Feeds annotations, the summary and the README's table. A leaf.

import { FILE_ERROR_CODES } from './file-error-codes.ts';
import { POST_ERROR_CODES } from './post-error-codes.ts';

export const ERROR_CODES = {
  INPUT_MISSING: {
    meaning: 'A required input is empty.',
    hint:
      // biome-ignore lint/suspicious/noTemplateCurlyInString: workflow syntax that users copy.
      'Set the input in the `with:` block of the step. If it is set there by an expression such as `${{ vars.NAME }}`, check the spelling: a variable or secret that does not exist is empty.',
  },
  TOKEN_MISSING: {
    meaning: 'There is no access token. Publishing needs one.',
    hint:
      // biome-ignore lint/suspicious/noTemplateCurlyInString: workflow syntax that users copy.
      'Check that a secret with exactly the name in the workflow exists: a misspelt secret is empty. Check that the `with:` block of the step has `access-token: ${{ secrets.LINKEDIN_ACCESS_TOKEN }}`. A secret of an environment exists only in jobs with `environment:`. Pull requests from forks get no secrets: use `mode: plan` or `mode: simulate` there.',
  },
  INPUT_INVALID: {
    meaning: 'An input has an invalid value.',
    hint: 'Correct the value in the `with:` block of the step, or in the secret or variable that it comes from.',
  },
  FILES_NOT_FOUND: {
    meaning: 'No file matches, and `if-no-files-found` makes that an error.',
    hint: 'Correct the patterns in `files`: one per line, relative to the workspace. Set `if-no-files-found: warn` if no match is acceptable.',
  },
  WORKSPACE_EMPTY: {
    meaning: 'The workspace contains no files.',
    hint: 'Add actions/checkout, or another step that creates the files, before this step.',
  },
  FILES_TOO_MANY: {
    meaning: 'More files match than `max-files` allows.',
    hint: 'Narrow the patterns in `files` and `release-assets`, or raise `max-files`.',
  },
  RELEASE_NOT_FOUND: {
    meaning: 'There is no published release with this tag, or the token may not read it.',
    hint: 'Set `release-tag` to the tag of a published release. GitHub does not find drafts by their tag. In a private repository the job also needs `permissions: contents: read`.',
  },
  RELEASE_UNMATCHED: {
    meaning: 'No asset of the release matches, and `if-no-files-found` makes that an error.',
    hint: 'Compare the patterns in `release-assets` with the asset names: a pattern must match the whole name. Set `if-no-files-found: warn` if no match is acceptable.',
  },
  ASSET_UNFINISHED: {
    meaning: 'The upload of the asset to the release is not complete.',
    hint: 'Let the job that uploads the assets finish before this job starts (`needs:`). Repeat an upload that was interrupted.',
  },
  ASSET_DIFFERS: {
    meaning: 'The download does not match the size or SHA-256 that GitHub lists.',
    hint: 'Run the job again. If the error persists, upload the asset to the release again.',
  },
  ASSET_UNREACHED: {
    meaning: 'The asset could not be downloaded or stored, in any attempt.',
    hint: 'Run the job again; www.githubstatus.com reports outages. If the error persists, check the disk space and the proxy of the runner.',
  },
  GITHUB_DENIED: {
    meaning: 'The token may not read the release, or may not use the branch of the manifest.',
    hint: 'Give the job `permissions: contents: read`, or `contents: write` for `manifest-branch`. Or set `github-token` to a token with this permission.',
  },
  GITHUB_FAILED: {
    meaning: 'GitHub could not be reached or responded with an error, in every attempt.',
    hint: 'Run the job again; www.githubstatus.com reports outages. If the error persists, check the network and the proxy of the runner.',
  },
  ...FILE_ERROR_CODES,
  MANIFEST_INVALID: {
    meaning: 'The manifest cannot be read or is invalid. It was not changed.',
    hint: 'Check the path in `manifest`. If it is right, restore the last good copy of the file. Without the file, the next run starts a new manifest: it uploads all files again, and the post action also sends posts again that are on LinkedIn already.',
  },
  MANIFEST_WRITE: {
    meaning: 'The manifest could not be written, so the run was stopped.',
    hint: 'The URNs are in the log and in `results`. With `manifest-branch`, run the job again later: GitHub may be down (www.githubstatus.com) or limit requests, or too many jobs write the branch at once. For a `manifest` in the workspace, check the permissions and the disk space of its folder.',
  },
  BRANCH_PROTECTED: {
    meaning:
      'The rules of the repository forbid creating or changing the branch of the manifest. No further file was started.',
    hint: 'Exclude the branch from the ruleset, or set `github-token` to the token of a GitHub App that may bypass it.',
  },
  NETWORK_FAILED: {
    meaning: 'LinkedIn could not be reached or the connection broke, in every attempt.',
    hint: 'Check the network and proxy of the runner, then run the job again.',
  },
  NETWORK_TIMEOUT: {
    meaning: 'LinkedIn did not respond or accepted no data in time.',
    hint: 'Run the job again. If the error persists, check the proxy of the runner and www.linkedin-apistatus.com.',
  },
  TLS_FAILED: {
    meaning: "The server's certificate is not trusted, or the server does not use TLS.",
    hint: 'If a proxy or your own gateway intercepts TLS, set NODE_EXTRA_CA_CERTS to the file of its certificate authority. Check the clock of the runner. If the server does not use TLS, check the host and port of `api-url` and of the proxy.',
  },
  TLS_UNCHECKED: {
    meaning: 'The environment disables the check of certificates. Nothing was sent.',
    hint: 'Remove NODE_TLS_REJECT_UNAUTHORIZED from the environment of the step. Set NODE_EXTRA_CA_CERTS to trust your own certificate authority.',
  },
  PROXY_INVALID: {
    meaning: 'A proxy variable of the environment holds no valid proxy address.',
    hint: 'Write the proxy of the runner as http://host:port. Percent-encode special characters in user and password.',
  },
  PROXY_REFUSED: {
    meaning: 'The proxy of the runner refused the connection.',
    hint: 'Set the user and the password of the proxy in https_proxy (http://user:password@host:port), and allow the host of the message in the proxy, on port 443. LinkedIn needs api.linkedin.com and www.linkedin.com.',
  },
  HTTP_UNEXPECTED: {
    meaning: 'The response is not from LinkedIn.',
    hint: 'Check `api-url` and any proxy between the runner and LinkedIn: LinkedIn does not respond in this way.',
  },
  TOKEN_REFUSED: {
    meaning: 'LinkedIn rejected the access token.',
    hint: 'Renew `access-token`. LinkedIn tokens expire after 60 days; this one is expired, revoked or belongs to another app. With `refresh-token`, run the job again: each run obtains a new one.',
  },
  REFRESH_REFUSED: {
    meaning: 'LinkedIn rejected the `refresh-token`.',
    hint: 'Let the member authorize the app again and store the new `refresh-token`. A refresh token expires after 365 days or when it is revoked, and only approved apps get one. Or set `access-token` instead.',
  },
  CLIENT_REFUSED: {
    meaning: 'LinkedIn does not know the app with this `client-id` and `client-secret`.',
    hint: "Set `client-id` and `client-secret` to the values on the Auth tab of the token's app at www.linkedin.com/developers/apps.",
  },
  ACCESS_DENIED: {
    meaning: 'The token does not permit this for this owner.',
    hint: 'Check that the token has the scope, and its member the role, for this `owner`: w_member_social for a person; w_organization_social and an admin or content role for an organization; rw_ads for an ad account. Check the id in `owner` too: LinkedIn may reject a wrong id in the same way.',
  },
  VERSION_INACTIVE: {
    meaning: 'LinkedIn does not serve this `linkedin-version`: it is retired or not active yet.',
    hint: 'Set `linkedin-version` (YYYYMM) to an active version.',
  },
  MEMBER_RESTRICTED: {
    meaning: "LinkedIn has restricted the account of the token's member.",
    hint: 'The member must resolve the restriction on linkedin.com.',
  },
  LIMIT_REACHED: {
    meaning: "LinkedIn's rate limit was still exceeded after waiting.",
    hint: 'Run the job again later, with a lower `concurrency`.',
  },
  DAILY_LIMIT: {
    meaning: "LinkedIn's daily limit is used up.",
    hint: "LinkedIn's daily limits reset at 00:00 UTC. Run the job again after that, or ask LinkedIn for a higher tier.",
  },
  RETRIES_SPENT: {
    meaning: "The run's retry budget is used up.",
    hint: 'LinkedIn or the network fails too often. Run the job again later; www.linkedin-apistatus.com reports outages.',
  },
  VALUE_REFUSED: {
    meaning: 'LinkedIn rejected a field of the request, or its value, and named the field.',
    hint: 'Compare `owner`, `recipe` and `linkedin-version` with the field that LinkedIn names.',
  },
  REQUEST_REFUSED: {
    meaning: 'LinkedIn rejected the request.',
    hint: "LinkedIn's message, if there is one, gives the reason. Check `owner` and `recipe`, and the file if the upload was rejected.",
  },
  SERVER_FAILED: {
    meaning: 'LinkedIn responded with a server error in every attempt.',
    hint: 'Run the job again later; www.linkedin-apistatus.com reports outages.',
  },
  REPLY_SHAPE: {
    meaning: "LinkedIn's response lacks a required field.",
    hint: 'LinkedIn changed its response, or another server responded. Please report this with the log.',
  },
  UPLOAD_URL: {
    meaning: 'LinkedIn returned an upload URL on a host that is not allowed.',
    hint: 'Please report this with the log. Media and token are sent only to LinkedIn.',
  },
  UPLOAD_EXPIRED: {
    meaning: 'The upload URLs had expired, were already used or were refused, three times.',
    hint: 'Run the job again. If uploads wait long for their turn, use fewer files or a lower `concurrency`. If each is refused at once, check the proxy of the runner, and with `mode: check` whether the token may upload for `owner`.',
  },
  UPLOAD_INCOMPLETE: {
    meaning: 'LinkedIn responded before it had all bytes, or did not confirm that it has them.',
    hint: 'Run the job again: LinkedIn did not receive the whole file.',
  },
  PART_PLAN: {
    meaning: 'The parts that LinkedIn asks for do not cover the file exactly.',
    hint: 'Run the job again. If the error persists, report it with the log.',
  },
  ETAG_MISSING: {
    meaning: "LinkedIn's response to a part lacks the ETag that is needed to complete the upload.",
    hint: 'Run the job again: LinkedIn cannot combine the parts without the ETag of each.',
  },
  MEDIA_REJECTED: {
    meaning: 'LinkedIn rejected the file during processing.',
    hint: 'Check the format, codec and size of the file, and export it again.',
  },
  PROCESSING_FAILED: {
    meaning: 'LinkedIn failed to process the file.',
    hint: 'Run the job again. If the error persists, export the file again.',
  },
  ASSET_WITHDRAWN: {
    meaning: 'LinkedIn has withdrawn the asset.',
    hint: "The asset exists but LinkedIn does not serve it. Look at the owner's page on LinkedIn for a reason.",
  },
  PROCESSING_TIMEOUT: {
    meaning: 'The file is uploaded, but LinkedIn did not finish processing it within `wait-minutes`.',
    hint: 'The URN is in `results`. Raise `wait-minutes`; the upload action also takes 0, to check the URN later.',
  },
  ...POST_ERROR_CODES,
  RUN_STOPPED: {
    meaning: 'The file was not started or not finished, because the run stopped early.',
    hint: 'Correct the error that stopped the run, then run the job again.',
  },
  RUN_CANCELLED: {
    meaning: 'The run was cancelled.',
    hint: 'Run the job again; `results` lists what was uploaded before.',
  },
  OUTPUT_FAILED: {
    meaning: 'The outputs, the summary or the results file could not be written.',
    hint: 'Check the disk space and the GITHUB_OUTPUT file of the runner. The URNs are in the log.',
  },
  INTERNAL: {
    meaning: 'The action has a bug.',
    hint: 'This is a bug of the action: please report it with the log.',
  },
} as const satisfies Record<string, { readonly meaning: string; readonly hint: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;
