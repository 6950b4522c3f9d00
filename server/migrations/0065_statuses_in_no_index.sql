drop index message_counted;
