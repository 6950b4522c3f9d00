-- Why an attempt is `broken`; null for any other outcome.
alter table delivery_attempt add column fault text;
