export const samplePlace = {
  latitude: -1.2884,
  longitude: 36.8233,
  name: "City Market",
  address: "Muindi Mbingu Street, Nairobi",
};

export const sampleContacts = [
  {
    name: { formatted_name: "Tomas Novak", first_name: "Tomas", last_name: "Novak" },
    phones: [{ phone: "+420 600 000 106", type: "CELL", wa_id: "420600000106" }],
    origin: "other",
    vcard: "BEGIN:VCARD\nVERSION:3.0\nFN:Tomas Novak\nTEL;TYPE=CELL:+420600000106\nEND:VCARD",
  },
];

export const sampleOrder = {
  catalog_id: "771004400990",
  text: "Please gift-wrap it",
  product_items: [{ product_retailer_id: "kettle-blue", quantity: 1, item_price: 49.9, currency: "EUR" }],
};

export const sampleReferral = {
  source_url: "https://fb.example/ad/771004400",
  source_id: "771004400991",
  source_type: "ad",
  body: "The blue kettle is back",
  headline: "Write to us",
  media_type: "image",
  image_url: "https://media.example.invalid/ad.jpg",
  ctwa_clid: "sim-click-771004400",
  welcome_message: { text: "How can we help?" },
};
