"""gen/load/journey.ts run without k6: compiled, and under Node.js with stand-ins for the modules that k6 gives."""
