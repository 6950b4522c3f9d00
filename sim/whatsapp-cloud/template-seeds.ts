import type { Template } from "./templates.ts";

const seeds: Omit<Template, "id">[] = [
  {
    name: "hello_world",
    language: "en_US",
    category: "UTILITY",
    status: "APPROVED",
    parameter_format: "POSITIONAL",
    components: [
      { type: "HEADER", format: "TEXT", text: "Hello World" },
      {
        type: "BODY",
        text: "Welcome, and thank you for your interest. This message shows that you can be reached here.",
      },
      { type: "FOOTER", text: "Sample message" },
    ],
  },
  {
    name: "order_update",
    language: "en_US",
    category: "UTILITY",
    status: "APPROVED",
    parameter_format: "POSITIONAL",
    components: [
      {
        type: "BODY",
        text: "Hello {{1}}, your order {{2}} is on its way.",
        example: { body_text: [["Wanjiru", "1042"]] },
      },
      {
        type: "BUTTONS",
        buttons: [
          { type: "URL", text: "Track it", url: "https://shop.example/orders/{{1}}", example: ["1042"] },
          { type: "QUICK_REPLY", text: "Talk to us" },
        ],
      },
    ],
  },
  {
    name: "order_update",
    language: "de",
    category: "UTILITY",
    status: "APPROVED",
    parameter_format: "POSITIONAL",
    components: [
      {
        type: "BODY",
        text: "Hallo {{1}}, deine Bestellung {{2}} ist unterwegs.",
        example: { body_text: [["Wanjiru", "1042"]] },
      },
    ],
  },
  {
    name: "appointment_reminder",
    language: "en",
    category: "UTILITY",
    status: "APPROVED",
    parameter_format: "NAMED",
    components: [
      {
        type: "BODY",
        text: "Hello {{customer_name}}, we look forward to seeing you on {{day}} at {{time}}.",
        example: {
          body_text_named_params: [
            { param_name: "customer_name", example: "Mei" },
            { param_name: "day", example: "Friday" },
            { param_name: "time", example: "10:30" },
          ],
        },
      },
      {
        type: "BUTTONS",
        buttons: [
          { type: "QUICK_REPLY", text: "I will come" },
          { type: "QUICK_REPLY", text: "Another time" },
        ],
      },
    ],
  },
  {
    name: "new_collection",
    language: "en",
    category: "MARKETING",
    status: "APPROVED",
    parameter_format: "POSITIONAL",
    components: [
      { type: "HEADER", format: "IMAGE", example: { header_handle: ["https://media.example.invalid/sample.jpg"] } },
      {
        type: "BODY",
        text: "The blue kettle is back, {{1}}. Have a look before Friday.",
        example: { body_text: [["Pavel"]] },
      },
      { type: "FOOTER", text: "Reply STOP to hear no more offers" },
      { type: "BUTTONS", buttons: [{ type: "QUICK_REPLY", text: "Show me" }] },
    ],
  },
  {
    name: "sign_in_code",
    language: "en",
    category: "AUTHENTICATION",
    status: "APPROVED",
    parameter_format: "POSITIONAL",
    components: [
      {
        type: "BODY",
        text: "*{{1}}* is your verification code.",
        add_security_recommendation: true,
        example: { body_text: [["123456"]] },
      },
      {
        type: "BUTTONS",
        buttons: [{ type: "URL", text: "Copy code", url: "https://www.whatsapp.com/otp/code/?code={{1}}" }],
      },
    ],
  },
  {
    name: "paused_offer",
    language: "en",
    category: "MARKETING",
    status: "PAUSED",
    parameter_format: "POSITIONAL",
    components: [{ type: "BODY", text: "This offer was paused for its quality." }],
  },
  {
    name: "rejected_offer",
    language: "en",
    category: "MARKETING",
    status: "REJECTED",
    rejected_reason: "PROMOTIONAL",
    parameter_format: "POSITIONAL",
    components: [{ type: "BODY", text: "You have won a prize, and it waits for you here." }],
  },
];

export function seedTemplates(): Map<string, Template> {
  return new Map(seeds.map((seed, index) => [`77100440000${index + 1}`, { ...seed, id: `77100440000${index + 1}` }]));
}
