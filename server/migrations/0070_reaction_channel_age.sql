-- no-transaction: messages come in while it is built
-- Takes the place of reaction_age, which begins with the workspace and the channel. The planner holds these two for independent and takes a
-- channel for one row, so that each message of a thread read all reactions of its channel instead of its own (5 million messages: 108,000
-- buffers and 56 ms a page). What a channel alone holds it knows.
create index concurrently if not exists reaction_channel_age on reaction (channel_id, occurred_at);
