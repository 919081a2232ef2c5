// The usage text for running a built action by hand. GitHub starts it without arguments.

export const USAGE = `This file is a GitHub Action. GitHub runs it as a step of a workflow, with its inputs in the environment.

To upload media:

  - uses: your-org/linkedin-media-upload@v1
    with:
      owner: urn:li:organization:24141830
      files: media/*.png
      mode: simulate

To publish posts:

  - uses: your-org/linkedin-media-upload/post@v1
    with:
      owner: urn:li:organization:24141830
      posts: posts/*.md
      mode: simulate

To try it here, run in a checkout of its repository:

  npm ci && npm run demo    the built action on sample media, without a token
  npm run sandbox           a LinkedIn sandbox for the input api-url

README.md and docs/posts.md describe every input and output.
`;
