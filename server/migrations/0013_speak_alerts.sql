-- The language of the mails that tell when something stops.
alter table alert_setting add column language text not null default 'en' check (language in ('en', 'de', 'ar'));
