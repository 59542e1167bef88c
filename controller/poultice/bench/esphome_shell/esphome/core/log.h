// Nobody reads the log here.
#pragma once
#define ESP_LOGV(...) (void) TAG
#define ESP_LOGVV(...) (void) TAG
#define ESP_LOGD(...) (void) TAG
#define ESP_LOGI(...) (void) TAG
#define ESP_LOGW(...) (void) TAG
