-- What is disclosed because the person agreed names the entry of the ledger that says so.
alter table legal_disclosure add column consent_id text collate "C", add check ((ground = 'consent') = (consent_id is not null));
