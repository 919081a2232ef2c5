// Every error code: what it means, and what to do about it. Feeds annotations, the summary and the README's table. A leaf.

export const ERROR_CODES = {
  INPUT_MISSING: {
    meaning: 'An input that is needed is empty.',
    hint: 'Set the input in the `with:` block of the step.',
  },
  TOKEN_MISSING: {
    meaning: 'There is no access token, which publishing needs.',
    hint:
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the workflow's own, to be copied.
      'Check that a secret of exactly the name in the workflow exists: a misspelt one is empty. Or the `with:` block of the step lacks `access-token: ${{ secrets.LINKEDIN_ACCESS_TOKEN }}`. Pull requests from forks get no secrets: use `mode: plan` or `mode: simulate` there.',
  },
  INPUT_INVALID: {
    meaning: 'An input has a value that it does not take.',
    hint: 'Correct the value in the `with:` block of the step, or in the secret or variable that it comes from.',
  },
  FILES_NOT_FOUND: {
    meaning: 'No file matches, and that is an error by `if-no-files-found`.',
    hint: 'Make the patterns in `files` fit what the workspace holds: one a line, relative to it. `if-no-files-found: warn` lets an empty match pass.',
  },
  WORKSPACE_EMPTY: {
    meaning: 'There is no file at all in the workspace.',
    hint: 'Add actions/checkout before this step, or what else brings the files.',
  },
  FILES_TOO_MANY: {
    meaning: 'More files match than `max-files` allows.',
    hint: 'Narrow the patterns in `files` and `release-assets`, or raise `max-files` if so many are meant.',
  },
  RELEASE_NOT_FOUND: {
    meaning: 'There is no published release of this tag, or the token may not see it.',
    hint: 'Set `release-tag` to the tag of a published release: a draft is not found by its tag. In a private repository the job also needs `permissions: contents: read`.',
  },
  RELEASE_UNMATCHED: {
    meaning: 'No asset of the release matches, and that is an error by `if-no-files-found`.',
    hint: 'Compare the patterns in `release-assets` with the names of the assets, which each matches as a whole; `if-no-files-found: warn` lets an empty match pass.',
  },
  ASSET_UNFINISHED: {
    meaning: 'The asset is not uploaded to the release as a whole.',
    hint: 'Let the job that uploads the assets end before this one starts (`needs:`); an upload that broke off has to be done again.',
  },
  ASSET_DIFFERS: {
    meaning: 'What was downloaded is not what GitHub lists by size or SHA-256.',
    hint: 'Run the job again; if it persists, upload the asset to the release anew: these are not the bytes that GitHub lists.',
  },
  ASSET_UNREACHED: {
    meaning: 'The asset cannot be downloaded or stored, in all tries.',
    hint: 'Run the job again; www.githubstatus.com tells of outages. Check the disk space and the proxy of the runner if it persists.',
  },
  GITHUB_DENIED: {
    meaning: 'GitHub does not let the token read the release.',
    hint: 'Give the job `permissions: contents: read`, or set `github-token` to a token that may read the repository.',
  },
  GITHUB_FAILED: {
    meaning: 'GitHub cannot be reached, or does not answer as it should, in all tries.',
    hint: 'Run the job again; www.githubstatus.com tells of outages. Check the network and the proxy of the runner if it persists.',
  },
  FILE_EMPTY: {
    meaning: 'The file holds nothing.',
    hint: 'Commit the real file, or exclude it with a `!` pattern.',
  },
  FILE_TRUNCATED: {
    meaning: 'The end of the file is missing.',
    hint: 'Export the file again: its end is missing, often after a broken copy or download.',
  },
  FILE_UNREADABLE: {
    meaning: 'The file cannot be opened or read.',
    hint: 'Check permissions and disk of the file, and that no earlier step moves or deletes it.',
  },
  FILE_CHANGED: {
    meaning: 'The file is no longer the one that was judged.',
    hint: 'Let the step that writes the file finish before this one starts.',
  },
  FILE_LFS_POINTER: {
    meaning: 'The file is a pointer of Git LFS, not the media it stands for.',
    hint: 'Add `lfs: true` to actions/checkout, so that Git LFS brings the real file.',
  },
  FILE_TYPE: {
    meaning: 'The bytes of the file are no picture or video that LinkedIn takes.',
    hint: 'Send a JPG, PNG or GIF picture or an MP4 video, or exclude the file with a `!` pattern.',
  },
  FILE_PIXELS: {
    meaning: 'The picture has more pixels than LinkedIn takes.',
    hint: 'Make the picture smaller, so that it fits into 6000 x 6000 pixels, say.',
  },
  FILE_FRAMES: {
    meaning: 'The animation has more frames than LinkedIn takes.',
    hint: 'Shorten the animation to 250 frames, or send it as an MP4 video.',
  },
  FILE_RECIPE: {
    meaning: 'The recipe is not for this kind of file.',
    hint: 'Use the recipe named in the message, or leave `recipe` at `auto`.',
  },
  FILE_SIDECAR: {
    meaning: 'Captions or a thumbnail are not what their name says, or without their video.',
    hint: 'Correct or remove the file beside the video; captions are SubRip text (.srt), a thumbnail is a PNG or JPG.',
  },
  MANIFEST_INVALID: {
    meaning: 'The manifest cannot be read, or is no manifest; it was left as it is.',
    hint: 'Check the path in `manifest`. If it names the right file, restore that from its last good copy, or delete it: the next run then starts a new one, and uploads anew.',
  },
  MANIFEST_WRITE: {
    meaning: 'The manifest cannot be written, and the run was stopped for it.',
    hint: 'Check the permissions and the disk space of the folder of `manifest`; the URNs are in the log and in `results`.',
  },
  NETWORK_FAILED: {
    meaning: 'LinkedIn cannot be reached, or the connection broke, in all tries.',
    hint: 'Check the network and proxy of the runner, then run the job again.',
  },
  NETWORK_TIMEOUT: {
    meaning: 'LinkedIn did not answer, or took no byte, in time.',
    hint: 'Run the job again; if it persists, check the proxy of the runner and www.linkedin-apistatus.com.',
  },
  TLS_FAILED: {
    meaning: 'The certificate of the other side is not to be trusted, or it speaks no TLS.',
    hint: 'If the runner is behind a proxy that opens TLS, or LinkedIn behind a gateway of yours, set NODE_EXTRA_CA_CERTS to the file of its certificate authority; check the clock of the runner too. Where no TLS is spoken, check the host and port of `api-url` and of the proxy.',
  },
  TLS_UNCHECKED: {
    meaning: 'The environment switches the check of certificates off, and nothing was sent.',
    hint: 'Remove NODE_TLS_REJECT_UNAUTHORIZED from the environment of the step; a certificate authority of your own goes into NODE_EXTRA_CA_CERTS.',
  },
  PROXY_INVALID: {
    meaning: 'The environment names a proxy by what is no address of one.',
    hint: 'Write the proxy of the runner as http://host:port, user and password percent-encoded where they hold other signs than letters and digits.',
  },
  PROXY_REFUSED: {
    meaning: 'The proxy of the runner does not let the action through to LinkedIn.',
    hint: 'Give the user and the password of the proxy in https_proxy (http://user:password@host:port), and let api.linkedin.com:443 and www.linkedin.com:443 through it.',
  },
  HTTP_UNEXPECTED: {
    meaning: 'What answered does not answer as LinkedIn does.',
    hint: 'Check `api-url` and any proxy between the runner and LinkedIn: this is not how LinkedIn answers.',
  },
  TOKEN_REFUSED: {
    meaning: 'LinkedIn does not take the token.',
    hint: 'Renew `access-token`: LinkedIn tokens live 60 days, and this one is expired, revoked or of another app.',
  },
  REFRESH_REFUSED: {
    meaning: 'LinkedIn makes no access token of this `refresh-token`.',
    hint: 'Let the member authorize the app again and store the new `refresh-token`: LinkedIn ends them after 365 days or when they are revoked, and gives them to approved apps alone. Or give an `access-token` in place of it.',
  },
  CLIENT_REFUSED: {
    meaning: 'LinkedIn does not know the app of `client-id` and `client-secret`.',
    hint: 'Set `client-id` and `client-secret` to those on the Auth tab of the app that the token is of, at www.linkedin.com/developers/apps.',
  },
  ACCESS_DENIED: {
    meaning: 'The token may not do this for this owner.',
    hint: 'The token needs the scope, and its member the role, for this `owner`: w_member_social for a person; w_organization_social and an admin or content role for an organization; rw_ads for an ad account. Check the id in `owner` too: LinkedIn may refuse a wrong one in the same way.',
  },
  VERSION_INACTIVE: {
    meaning: 'LinkedIn does not serve this `linkedin-version`: it is retired, or not active yet.',
    hint: 'Set `linkedin-version` (YYYYMM) to an active version: this one is retired or too new.',
  },
  MEMBER_RESTRICTED: {
    meaning: 'LinkedIn has restricted the member behind the token.',
    hint: 'LinkedIn restricts the account of the member behind the token: that member must solve it on linkedin.com.',
  },
  LIMIT_REACHED: {
    meaning: 'LinkedIn asks for fewer requests, and waiting did not help.',
    hint: 'Run the job again later, with a lower `concurrency`.',
  },
  DAILY_LIMIT: {
    meaning: "LinkedIn's limit for a day is used up.",
    hint: "LinkedIn's daily limits reset at 00:00 UTC; run the job again after that, or ask LinkedIn for a higher tier.",
  },
  RETRIES_SPENT: {
    meaning: "The run's budget for repeated requests is used up.",
    hint: 'LinkedIn or the network fails too often to go on; run the job again later. www.linkedin-apistatus.com tells of outages.',
  },
  VALUE_REFUSED: {
    meaning: 'LinkedIn does not take a field of the request, or its value, and names the field.',
    hint: 'Check `owner`, `recipe` and `linkedin-version` against the field that LinkedIn names.',
  },
  REQUEST_REFUSED: {
    meaning: 'LinkedIn refused the request.',
    hint: "LinkedIn's message says what it refused, where it gave one: check `owner` and `recipe` against it, and the file where it refused the upload.",
  },
  SERVER_FAILED: {
    meaning: 'LinkedIn failed to answer, in all tries.',
    hint: 'Run the job again later; www.linkedin-apistatus.com tells of outages.',
  },
  REPLY_SHAPE: {
    meaning: "LinkedIn's answer lacks something that it always has.",
    hint: 'LinkedIn changed its answer or something between answered in its place; please report this with the log.',
  },
  UPLOAD_ADDRESS: {
    meaning: 'LinkedIn named an address for the bytes that is not its own.',
    hint: 'Please report this with the log: media and token go to LinkedIn alone.',
  },
  UPLOAD_EXPIRED: {
    meaning: 'The addresses for the bytes were used up or too old, three times.',
    hint: 'Run the job again, with fewer files or a lower `concurrency` if uploads wait long for their turn.',
  },
  UPLOAD_INCOMPLETE: {
    meaning: 'LinkedIn answered before it had all bytes, or without saying that it has them.',
    hint: 'Run the job again: LinkedIn did not take the whole file.',
  },
  PART_PLAN: {
    meaning: 'The parts that LinkedIn asks for do not add up to the file.',
    hint: 'Run the job again, and report this with the log if it persists.',
  },
  ETAG_MISSING: {
    meaning: 'A part came back without the receipt that is needed to put the parts together.',
    hint: 'Run the job again: without a receipt for each part LinkedIn cannot put them together.',
  },
  MEDIA_REJECTED: {
    meaning: 'LinkedIn looked at the file and does not take it.',
    hint: 'Check the format, codec and size of the file, and export it again.',
  },
  PROCESSING_FAILED: {
    meaning: 'LinkedIn failed to process the file.',
    hint: 'Run the job again; if it persists, export the file again.',
  },
  ASSET_WITHDRAWN: {
    meaning: 'LinkedIn has withdrawn the asset.',
    hint: 'The asset exists but may not be served; look at the owner page on LinkedIn for a reason.',
  },
  PROCESSING_TIMEOUT: {
    meaning: 'The file is uploaded, but LinkedIn was not done with it within `wait-minutes`.',
    hint: 'The file is uploaded and its URN is in `results`; raise `wait-minutes`, or set it to 0 and check the URN later.',
  },
  RUN_STOPPED: {
    meaning: 'The file was not started, or not ended, because the run was stopped before.',
    hint: 'Solve the error that stopped the run, then run the job again.',
  },
  RUN_CANCELLED: {
    meaning: 'The run was cancelled.',
    hint: 'Run the job again; `results` holds what was uploaded until then.',
  },
  OUTPUT_FAILED: {
    meaning: 'The outputs, the summary or the results file cannot be written.',
    hint: 'Check the disk space and the GITHUB_OUTPUT file of the runner; the URNs are in the log.',
  },
  INTERNAL: {
    meaning: 'This action made a mistake of its own.',
    hint: 'This is a bug of the action: please report it with the log.',
  },
} as const satisfies Record<string, { readonly meaning: string; readonly hint: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;
