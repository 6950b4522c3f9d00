// Who may not be sent to. The order of precedence: a stop told to the provider, an objection, a withdrawal, and only then what was granted.

/** How a person themself speaks; everything else is recorded by the team or a program of theirs, and lifts no refusal. */
export const personMethods = ["provider", "keyword", "contact_page", "double_opt_in"] as const;

const persons = personMethods.map((method) => `'${method}'`).join(", ");

/**
 * SQL that is true where a contact refused a purpose. The arguments are SQL expressions. A stop told to the provider holds on its
 * channel until the provider reports a resume. An objection or a withdrawal holds until the person themself agreed later, so that
 * no entry by the team can override one, in whatever order two of them commit.
 */
export function isOptedOut(c: { workspaceId: string; contactId: string; channelId: string; purpose: string }): string {
  const own = `e.workspace_id = ${c.workspaceId} and e.contact_id = ${c.contactId} and e.purpose = ${c.purpose}`;
  return `(coalesce((select e.action = 'platform_stop' from consent_event e
      where ${own} and e.action in ('platform_stop', 'platform_resume') and (e.channel_id is null or e.channel_id = ${c.channelId})
      order by e.occurred_at desc, e.action desc limit 1), false)
    or exists (select 1 from consent_event e where ${own} and e.action in ('objected', 'withdrawn')
      and (e.channel_id is null or e.channel_id = ${c.channelId})
      and not exists (select 1 from consent_event l where l.workspace_id = e.workspace_id and l.contact_id = e.contact_id
        and l.purpose = e.purpose and l.action in ('granted', 'confirmed') and l.method in (${persons})
        and l.occurred_at > e.occurred_at)))`;
}
