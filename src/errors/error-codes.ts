// Every error code: what it means, and what to do about it. Feeds annotations, the summary and the table of docs/errors.md. A leaf.

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
      'Check the name in `access-token: ${{ secrets.NAME }}`: a secret that does not exist is empty. So is one of an environment if the job has no `environment:`, and any in a pull request from a fork, where `mode: plan` needs none.',
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
  FILE_EMPTY: {
    meaning: 'The file is empty.',
    hint: 'Commit the real file, or leave it out of the post or, with a `!` pattern, of `files`.',
  },
  FILE_TRUNCATED: {
    meaning: 'The file is incomplete or damaged.',
    hint: 'Export the file again. A file is often incomplete after an interrupted copy or download.',
  },
  FILE_UNREADABLE: {
    meaning: 'The file cannot be opened or read.',
    hint: 'Check the permissions of the file and the disk. Check that no earlier step moves or deletes the file.',
  },
  FILE_CHANGED: {
    meaning: 'The file changed after it was checked.',
    hint: 'Let the step that writes the file finish before this step starts.',
  },
  FILE_LFS_POINTER: {
    meaning: 'The file is a Git LFS pointer, not the media itself.',
    hint: 'Add `lfs: true` to actions/checkout, so that it downloads the real file.',
  },
  FILE_TYPE: {
    meaning: 'The file is not an image, video or document that LinkedIn accepts.',
    hint: 'Use a JPG, PNG or GIF image, an MP4 video, or a PDF, Word or PowerPoint document, or leave the file out of the post or, with a `!` pattern, of `files`.',
  },
  FILE_PIXELS: {
    meaning: 'The image has more pixels than LinkedIn accepts.',
    hint: 'Make the image smaller, for example at most 6000 x 6000 pixels.',
  },
  FILE_FRAMES: {
    meaning: 'The animation has more frames than LinkedIn accepts.',
    hint: 'Shorten the animation to 250 frames, or convert it to an MP4 video.',
  },
  FILE_SIZE: {
    meaning: 'A document is larger than LinkedIn accepts, or an image is larger than 200 MB.',
    hint: 'An image: make it smaller. A document: export it with smaller images, or split it.',
  },
  FILE_API: {
    meaning: 'The chosen API does not accept this kind of file.',
    hint: 'Set `api: media`, which accepts images, videos and documents.',
  },
  FILE_RECIPE: {
    meaning: 'The recipe is not for this kind of file.',
    hint: 'Use the recipe named in the message, or leave `recipe` at `auto`.',
  },
  FILE_SIDECAR: {
    meaning: 'Captions or a thumbnail are invalid, or their video is missing.',
    hint: 'Correct or remove the captions or thumbnail. Captions are SubRip text (.srt); a thumbnail is a PNG or JPG.',
  },
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
    hint: 'Create a new token at https://www.linkedin.com/developers/tools/oauth/token-generator and replace the stored `access-token`. LinkedIn tokens expire after 60 days; this one is expired, revoked or belongs to another app. With `refresh-token`, run the job again: each run obtains a new one.',
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
    // The message has the time.
    hint: 'Run the job again after that time, or ask LinkedIn for a higher tier.',
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
    meaning:
      'The file is uploaded, but LinkedIn did not finish processing it within `wait-minutes`.',
    hint: 'The URN is in `results`. Raise `wait-minutes`; the upload action also takes 0, to check the URN later.',
  },
  POST_KEY: {
    meaning:
      'The front matter of a post is missing, or a key in it or an input of a post is invalid.',
    hint: 'Correct the key or the input as the message says.',
  },
  POST_TEXT: {
    meaning: 'The text of a post is empty, too long, or has a field that cannot be filled in.',
    hint: 'Correct the text as the message says: below the front matter, or in the input.',
  },
  POST_MEDIA: {
    meaning: 'The media of a post do not fit together, or lack a title or alternative text.',
    hint: 'Correct the media of the post as the message says.',
  },
  POST_UNKNOWN: {
    meaning:
      "LinkedIn's response to a post was lost, so the post may be on LinkedIn. It is not sent again.",
    hint: 'Look at the page of the author on LinkedIn. If the post is there, set `urn` in its file to its URN; without a post file, do not run it again with this `id`. If it is not there, set `resend: true`.',
  },
  POST_CLAIMED: {
    meaning: 'Another run is sending the post now, so this run does not.',
    hint: 'Nothing needs to be done: the other run reports what became of the post. If it died, a run after the time in the message looks again.',
  },
  POST_UNAPPROVED: {
    meaning:
      'The post is not approved as the input `approval` demands, or the approval cannot be determined.',
    hint: 'Get the approval that the message names, then run the job again. Beside `contents: write`, the job needs `permissions: pull-requests: read` for a review, and `actions: read` for an environment.',
  },
  POST_DUPLICATE: {
    meaning: 'LinkedIn refused the post as a duplicate of another post.',
    hint: 'If it is this post, set `urn` in its file to that URN; without a post file, do not run it again. If it is another post, change the text and set `resend: true`.',
  },
  POST_REFUSED: {
    meaning: 'LinkedIn refused the post. It is not on LinkedIn.',
    hint: 'Correct what the message names, then run the job again. Check that the token may post for this author.',
  },
  COMMENT_FAILED: {
    meaning: 'The first comment was not made. The post is on LinkedIn.',
    hint: 'Add the comment by hand: its text is in the message. No later run makes it.',
  },
  COMMENT_UNKNOWN: {
    meaning:
      "LinkedIn's response to the first comment was lost, so the comment may be on LinkedIn. It is not sent again.",
    hint: 'Look at the post on LinkedIn, and add the comment by hand if it is missing: its text is in the message.',
  },
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

/** The messages of these codes say what to do, in the names of the author. Their hint is for the documentation. */
export const ADVISED_IN_MESSAGE: ReadonlySet<ErrorCode> = new Set([
  'INPUT_INVALID',
  'POST_KEY',
  'POST_TEXT',
  'POST_MEDIA',
]);
