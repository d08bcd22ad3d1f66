//! Holidays and swapped workdays, decisions about triggered 尖.
