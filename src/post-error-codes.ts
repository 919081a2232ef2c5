// The error codes of the post action. A leaf that only error-codes.ts imports.

export const POST_ERROR_CODES = {
  POST_KEY: {
    meaning: 'The front matter of a post is missing, or a key in it or an input of a post is invalid.',
    hint: 'Correct the key in this line. With `post/post.schema.json`, editors check the keys of post files.',
  },
  POST_TEXT: {
    meaning: 'The text of a post is empty, too long, or has a field that cannot be filled in.',
    hint: 'Correct the text: below the front matter, or in the input. LinkedIn takes 3,000 characters; `{{tag}}`, `{{name}}` and `{{url}}` need a release.',
  },
  POST_MEDIA: {
    meaning: 'The media of a post do not fit together, or lack a title or alternative text.',
    hint: 'Correct the media of the post. Paths are relative to the workspace. A post has up to 20 images, a video, a document, or a link card.',
  },
  POST_UNKNOWN: {
    meaning: "LinkedIn's response to a post was lost, so the post may be on LinkedIn. It is not sent again.",
    hint: 'Look at the page of the author on LinkedIn. If the post is there, set `urn` in its file to its URN; without a post file, do not run it again with this `id`. If it is not there, set `resend: true`.',
  },
  POST_UNAPPROVED: {
    meaning:
      'The post is not approved as the input `approval` demands, or the approval cannot be determined.',
    hint: 'Get the approval that the message names, then run the job again. Beside `contents: write`, the job needs `permissions: pull-requests: read` for a review, and `actions: read` for an environment.',
  },
  POST_DUPLICATE: {
    meaning: 'LinkedIn refused the post as a duplicate of another post.',
    hint: 'If the message names another file, or another post, change the text. If it is this post, set `urn` in its file to that URN; without a post file, do not run it again.',
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
} as const;
