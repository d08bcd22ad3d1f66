//! `/alarms/rules`: rules, their versions and forms.
