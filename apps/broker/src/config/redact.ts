/**
 * What stands between a colon and the last `@` of a word: the password of a URL, also of one with
 * a typing slip in it. The colon of `scheme://` is left alone.
 */
const PASSWORD = /:(?!\/\/)[^\s"]*@/g;

/** A text for people without the passwords of the URLs in it. */
export function redactUrls(text: string): string {
  return text.replace(PASSWORD, ':***@');
}
