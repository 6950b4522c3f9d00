-- Counts of fewer than ten messages stand for fewer than ten people. From here on a count is only made where ten are behind it.
delete from message_day where count < 10;
