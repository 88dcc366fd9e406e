#include "CBuildInformation.h"
const char *cbi_x(void){return CBI_REVISION;}
