package dev.sessioncache.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.stream.Stream;

/** A record of settings as its annotations declare it. */
record SectionDefinition(
    Class<? extends Record> type, Section section, List<SettingDefinition> settings) {

  static SectionDefinition of(Class<? extends Record> type) {
    Section section = type.getAnnotation(Section.class);
    if (section == null) {
      throw new IllegalStateException("No @Section on " + type.getName());
    }
    List<SettingDefinition> settings =
        Stream.of(type.getRecordComponents()).map(SettingDefinition::of).toList();
    return new SectionDefinition(type, section, settings);
  }

  static List<SectionDefinition> all(List<Class<? extends Record>> types) {
    return types.stream().map(SectionDefinition::of).toList();
  }

  /**
   * Calls the canonical constructor.
   *
   * @param values one per component, in order
   * @throws IllegalArgumentException when the record's own check refuses the values
   */
  Record instance(List<Object> values) {
    try {
      Constructor<? extends Record> constructor =
          type.getDeclaredConstructor(
              Stream.of(type.getRecordComponents())
                  .map(RecordComponent::getType)
                  .toArray(Class<?>[]::new));
      constructor.setAccessible(true); // records nested in tests are rarely public
      return constructor.newInstance(values.toArray());
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refused) {
        throw refused;
      }
      throw new IllegalStateException("The constructor of " + type.getName() + " failed", e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("No canonical constructor of " + type.getName(), e);
    }
  }
}
