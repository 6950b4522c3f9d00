/**
 * A document that was opened outside the app may hold the question about cookies, or a tag that was agreed to there. The app has neither: the
 * question goes, and a page with a tag is loaded anew, under the app's own content security policy.
 */
export function leavePublicPage(): void {
  document.getElementById("choice")?.remove();
  if (document.getElementById("analytics")) location.reload();
}
