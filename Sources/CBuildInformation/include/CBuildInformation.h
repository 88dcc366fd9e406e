const char *cbi_x(void);
