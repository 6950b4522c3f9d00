// Who may be sent to. The order of precedence: a stop told to the provider, an objection, a withdrawal, and only then what was confirmed,
// granted or imported. The gate is SQL, evaluated by the statement that takes a message for sending; consent-standing.ts says the same in
// words for people, and a test holds the two equal.

/** How a person themself speaks; everything else is recorded by the team or a program of theirs, and lifts no refusal. */
export const personMethods = ["provider", "keyword", "contact_page", "double_opt_in"] as const;

const persons = personMethods.map((method) => `'${method}'`).join(", ");

interface Place {
  workspaceId: string;
  contactId: string;
  channelId: string;
  purpose: string;
}

const own = (e: string, c: Place): string =>
  `${e}.workspace_id = ${c.workspaceId} and ${e}.contact_id = ${c.contactId} and ${e}.purpose = ${c.purpose}
      and (${e}.channel_id is null or ${e}.channel_id = ${c.channelId})`;

/**
 * SQL that is true where a contact refused a purpose. The arguments are SQL expressions. A stop told to the provider holds on its
 * channel until the provider reports a resume. An objection or a withdrawal holds until the person themself agreed later, so that
 * no entry by the team can override one, in whatever order two of them commit.
 */
export function isOptedOut(c: Place): string {
  return `(coalesce((select e.action = 'platform_stop' from consent_event e
      where ${own("e", c)} and e.action in ('platform_stop', 'platform_resume')
      order by e.occurred_at desc, e.action desc limit 1), false)
    or exists (select 1 from consent_event e where ${own("e", c)} and e.action in ('objected', 'withdrawn')
      and not exists (select 1 from consent_event l where l.workspace_id = e.workspace_id and l.contact_id = e.contact_id
        and l.purpose = e.purpose and l.action in ('granted', 'confirmed') and l.method in (${persons})
        and l.occurred_at > e.occurred_at)))`;
}

/**
 * SQL that is true where a consent is in force at the time `at`: given, not over, and confirmed by the person themself where the
 * workspace asks for that. Says nothing of refusals.
 */
export function isConsented(c: Place, at: string): string {
  return `exists (select 1 from consent_event g where ${own("g", c)} and g.action in ('granted', 'confirmed')
      and g.occurred_at <= ${at} and (g.expires_at is null or g.expires_at > ${at})
      and (g.method in (${persons}) or not exists (select 1 from consent_rule r
        where r.workspace_id = ${c.workspaceId} and r.purpose = ${c.purpose} and r.needs_confirmation))
      and not exists (select 1 from consent_event x where ${own("x", c)} and x.action = 'expired'
        and x.occurred_at >= g.occurred_at and x.occurred_at <= ${at}))`;
}
