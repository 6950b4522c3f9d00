-- no-transaction: messages are read and written meanwhile
drop index concurrently if exists message_provider;
