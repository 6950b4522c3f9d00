/** What a person is told about a fault: what happened, what it means, what to do. Plain words, no codes. */
export type FaultSentence = { readonly happened: string; readonly means: string; readonly toDo: string };

const say = (happened: string, means: string, toDo: string): FaultSentence => ({ happened, means, toDo });

/** Every key that a fault's `sentence` may hold, shared by all providers. Translations use the same keys. */
export const faultSentences = {
  token_invalid: say(
    "The access token is not valid any more.",
    "This channel can neither send nor fetch media until it is connected again.",
    "Create a new permanent token and put it into the channel's settings.",
  ),
  app_secret_wrong: say(
    "The app secret does not belong to the access token.",
    "The provider refuses calls, and received messages could not be verified.",
    "Copy the app secret of the app that made the token into the channel's settings.",
  ),
  permission_missing: say(
    "The access token lacks a permission.",
    "The provider refuses calls of this channel.",
    "Give the token the messaging and management permissions for this account, then check the channel again.",
  ),
  provider_trouble: say(
    "The provider had a temporary problem.",
    "The message is waiting and will be tried again.",
    "Nothing to do. If it lasts for hours, look at the provider's status page.",
  ),
  maintenance: say(
    "The provider is working on this number.",
    "Sending resumes by itself within minutes.",
    "Nothing to do.",
  ),
  rate_limited: say(
    "The provider's rate limit was reached.",
    "Messages are waiting and go out more slowly.",
    "Nothing to do. Spread large broadcasts over a longer time if it happens often.",
  ),
  pair_rate_limited: say(
    "Too many messages went to this person in a short time.",
    "Messages to this person wait for some seconds; others are not affected.",
    "Nothing to do.",
  ),
  spam_limited: say(
    "The provider slowed this account down because people blocked or reported it.",
    "Sending is paused for a while.",
    "Pause broadcasts, check who receives them and whether they agreed to it.",
  ),
  not_connected: say(
    "The linked device is not connected.",
    "The message is waiting and goes out when the connection is back.",
    "Nothing to do. If it lasts, look at the channel's session.",
  ),
  new_chats_closed: say(
    "WhatsApp has closed new chats for this number for a while.",
    "People who never wrote to it cannot be written to; conversations that exist go on.",
    "Wait until the time that the channel's session names, and write to fewer strangers.",
  ),
  not_on_network: say(
    "This number is not on WhatsApp.",
    "The message was not sent.",
    "Check the number, or reach the person another way.",
  ),
  window_closed: say(
    "The person last wrote more than 24 hours ago.",
    "Only an approved template may be sent now.",
    "Send a template, or wait until the person writes again.",
  ),
  opted_out: say(
    "The person stopped marketing messages from this business.",
    "Marketing to this person is blocked until they allow it again.",
    "Do not send marketing to this person. Answers to their own messages are still possible.",
  ),
  undeliverable: say(
    "The message could not be delivered to this person.",
    "The address is not on this network, uses an old app, or has not accepted its terms.",
    "Check the address or use another channel.",
  ),
  experiment: say(
    "The provider holds this message back as part of an experiment with a group of people.",
    "Marketing messages do not reach this person for now.",
    "Use another channel, or wait until the person writes.",
  ),
  country_restricted: say(
    "Messages to this country are restricted.",
    "The account may not write to people in this country.",
    "Use another channel.",
  ),
  to_self: say(
    "The recipient is the number that sends.",
    "A business number cannot write to itself.",
    "Choose another recipient.",
  ),
  not_on_test_list: say(
    "The recipient is not on the test number's list.",
    "Test numbers may only write to people who were added to their list.",
    "Add the recipient in the provider's console, or use a real number.",
  ),
  identity_changed: say(
    "The person's security identity changed.",
    "The message was held back because the channel checks identities.",
    "Make sure that you write to the right person, then send again.",
  ),
  marketing_cap: say(
    "The provider chose not to deliver this marketing message.",
    "This person already received enough marketing from businesses for now.",
    "Do not send it again within a day.",
  ),
  needs_phone_number: say(
    "This kind of template needs the person's phone number.",
    "The person is known by a user name only.",
    "Ask for the phone number, or use another template.",
  ),
  account_locked: say(
    "The provider locked or restricted the account.",
    "No message can be sent until the lock is lifted.",
    "Open the provider's account quality page, read the reason and ask for a review.",
  ),
  display_name_needed: say(
    "The number's display name is not approved.",
    "Sending is blocked until it is.",
    "Set a display name in the provider's console and wait for its approval.",
  ),
  payment_problem: say(
    "The provider has a problem with the payment method.",
    "Paid messages are refused.",
    "Check the payment method and open invoices in the provider's console.",
  ),
  number_not_registered: say(
    "The number is not registered for sending.",
    "No message can be sent from it.",
    "Register the number in the provider's console, then check the channel again.",
  ),
  registration_problem: say(
    "The number could not be registered.",
    "It cannot send until its registration succeeds.",
    "Check the PIN, wait as long as the provider asks, and register again.",
  ),
  bad_request: say(
    "The provider did not accept the message as it was.",
    "A part of it is missing, wrong, or points to something that is gone.",
    "Change the message and send it again.",
  ),
  kind_unsupported: say(
    "The provider does not hand over or accept this kind of message.",
    "Its content is not available here.",
    "Ask the person to send it in another form.",
  ),
  companion_only: say(
    "The message exists only on the phone.",
    "The provider does not hand its content over.",
    "Open the conversation on the phone that owns this number.",
  ),
  media_not_received: say(
    "The provider could not hand over the file.",
    "It is too big or is gone.",
    "Ask the person to send it again, or in a smaller size.",
  ),
  media_refused: say(
    "The provider did not accept the file.",
    "Its type, size or content is not allowed.",
    "Convert the file or make it smaller, then send it again.",
  ),
  media_unreadable: say(
    "The file could not be read from storage.",
    "The message was not sent.",
    "Attach the file again and send.",
  ),
  wrong_endpoint: say(
    "This template cannot be sent in this way.",
    "The provider accepts it only through another of its services.",
    "Choose another template.",
  ),
  template_syncing: say(
    "The template is still being prepared.",
    "It will be sent as soon as the provider is ready.",
    "Nothing to do.",
  ),
  template_parameters: say(
    "The values do not fit the template.",
    "There are too few, too many, or some of the wrong kind.",
    "Fill in every placeholder and send again.",
  ),
  template_too_long: say(
    "The filled-in template is too long.",
    "The provider did not accept it.",
    "Shorten the values and send again.",
  ),
  template_missing: say(
    "The template does not exist in this language.",
    "It was deleted, or is not approved yet.",
    "Choose another template or language.",
  ),
  template_policy: say(
    "The template breaks a rule of the provider.",
    "It cannot be sent.",
    "Change the template and submit it again.",
  ),
  template_paused: say(
    "The template is paused because people disliked it.",
    "It cannot be sent for some hours.",
    "Use another template, or wait until the pause ends.",
  ),
  template_disabled: say(
    "The template is disabled for good.",
    "It cannot be sent any more.",
    "Create a new template with better content.",
  ),
  template_limit: say(
    "The account has no room for more templates.",
    "The template was not created.",
    "Delete templates that nobody uses.",
  ),
  template_exists: say(
    "A template with this name and language exists.",
    "The template was not created.",
    "Choose another name, or edit the existing template.",
  ),
  template_invalid: say(
    "The provider did not accept the template's content.",
    "The template was not created.",
    "Check placeholders, lengths and the format, then submit it again.",
  ),
  flow_blocked: say(
    "The form behind this template is blocked.",
    "The template cannot be sent.",
    "Repair the form in the provider's console.",
  ),
  flow_throttled: say(
    "The form behind this template is throttled.",
    "The message is waiting and will be tried again.",
    "Check the form in the provider's console if this lasts.",
  ),
  sync_repeated: say(
    "This synchronisation was already done.",
    "The provider allows it once.",
    "Nothing to do. To repeat it, disconnect the number on the phone and connect it again.",
  ),
  sync_too_late: say(
    "The synchronisation was not started within 24 hours.",
    "The provider does not hand the past over any more.",
    "Disconnect the number on the phone and connect it again.",
  ),
  history_declined: say(
    "Sharing the history was declined on the phone.",
    "Only new messages will appear.",
    "Nothing to do, unless you want the history: connect the number again and allow it.",
  ),
  group_refused: say(
    "The group did not accept the message.",
    "It is gone, full, closed, or does not allow this kind of message.",
    "Check the group and choose another kind of message.",
  ),
  network: say(
    "The provider could not be reached.",
    "The message is waiting and will be tried again.",
    "Nothing to do. If it lasts, check this server's network.",
  ),
  host_blocked: say(
    "This server is not allowed to reach the provider's address.",
    "The channel cannot work with this base address.",
    "Ask the operator to allow the address, or remove it from the channel's settings.",
  ),
  outcome_unknown: say(
    "The connection broke before the provider answered.",
    "Nobody can tell yet whether the message went out.",
    "Wait for its status. Send it again only if it did not arrive.",
  ),
  media_gone: say(
    "The file is not available any more.",
    "The provider keeps received files for some days only.",
    "Ask the person to send it again.",
  ),
  too_long: say("The message is longer than the provider allows.", "It was not sent.", "Shorten it and send it again."),
  not_supported_here: say(
    "This channel cannot send this kind of message.",
    "It was not sent.",
    "Choose another kind of message.",
  ),
  not_found: say(
    "The provider does not know this number or account.",
    "The ids in the channel's settings are wrong, or the token belongs to another account.",
    "Check the ids in the channel's settings.",
  ),
  unknown: say(
    "The provider refused for a reason that we do not know.",
    "The message was not sent.",
    "Look at the code and the provider's explanation.",
  ),
} as const satisfies Readonly<Record<string, FaultSentence>>;

export type FaultSentenceKey = keyof typeof faultSentences;
