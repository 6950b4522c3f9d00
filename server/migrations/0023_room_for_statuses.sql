-- A message is changed up to four times within minutes of being written (sent, delivered, read, played). With 15 % of a page free, 56 % of
-- these updates stayed on their page (HOT: no index is touched); with 35 %, 81 % (`npm run bench -- ingest`, 25,000 events). Pages that
-- are full already stay as they are.
alter table message set (fillfactor = 65);
