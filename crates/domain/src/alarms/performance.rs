//! How well the alarm system serves its operators: the measures of EEMUA 191 and ISA-18.2.
