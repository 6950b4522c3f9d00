-- kw.features_used() says it too
drop function kw.holds_special_categories();

-- Whether any profile has a phone number is asked for the public privacy page: few have one.
create index person_with_phone on person (id) where phone is not null;
